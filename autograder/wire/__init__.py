"""The only way between a student's process and the tests: framed messages of plain data.

``frames`` moves bytes, ``values`` says what may cross, ``encode`` and ``decode`` turn it into
MessagePack and back. ``conversation`` makes requests of such data and serves them, in ``messages``,
for an ``endpoint``. Whatever arrives from a candidate is treated as hostile.
"""

from autograder.wire.conversation import Conversation
from autograder.wire.endpoint import Endpoint
from autograder.wire.exceptions import remote_traceback
from autograder.wire.frames import Channel, FrameLimits

__all__ = ["Channel", "Conversation", "Endpoint", "FrameLimits", "remote_traceback"]
