"""The only way between a student's process and the tests: framed messages of plain data.

``frames`` moves bytes, ``values`` says what may cross and checks it, ``conversation`` asks
questions and answers them by ``messages``. Whatever arrives from a candidate is treated as hostile.
"""

from autograder.wire.conversation import Conversation, Endpoint, RemoteTraceback
from autograder.wire.frames import Channel, FrameLimits

__all__ = ["Channel", "Conversation", "Endpoint", "FrameLimits", "RemoteTraceback"]
