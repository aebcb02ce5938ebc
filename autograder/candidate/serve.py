"""The candidate's main loop: answer questions until the examiner hangs up."""

from __future__ import annotations

import builtins
import contextlib
import sys

from autograder.candidate.capture import Capture
from autograder.candidate.objects import CandidateEnd
from autograder.candidate.shell import Shell
from autograder.errors import PeerGone
from autograder.wire import Channel, Conversation


def make_shell(output_limit: int) -> Shell:
    """The shell that a warm parent makes before it forks, to save every candidate the time."""
    return Shell(Capture(output_limit))


def serve(channel: Channel, shell: Shell, scratch: str) -> None:
    """Be a candidate: use ``shell`` as the process's own and answer over ``channel``.

    The scratch folder is last on ``sys.path``, so that a submitted ``numpy/`` shadows nothing.
    """
    sys.path[:] = [entry for entry in sys.path if entry not in ("", scratch)] + [scratch]
    shell.use()
    end = CandidateEnd(shell)
    end.conversation = Conversation(channel, end)
    builtins.input = end.read_line
    with contextlib.suppress(PeerGone):
        end.conversation.serve()
