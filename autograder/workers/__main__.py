"""``python -P -m autograder.workers CONTROL TALK``: the first warm process.

Both arguments are descriptors of inherited sockets: requests to fork come over the first, orders
over the second.
"""

from __future__ import annotations

import io
import os
import socket
import sys
from contextlib import redirect_stdout

from autograder.errors import IsolationUnavailable
from autograder.ipython.shell import INLINE_BACKEND
from autograder.wire import Channel
from autograder.workers import messages
from autograder.workers.forkserver import serve_forks


def main() -> None:
    """Import, say ready, then fork until told to end."""
    control, talk = (socket.socket(fileno=int(number)) for number in sys.argv[1:3])
    channel = Channel.over(talk, messages.TRUSTED)
    start = messages.receive(channel)
    assert isinstance(start, messages.Start)
    _import_everything()
    try:
        from autograder.workers.roles import First

        first = First(start)
    except IsolationUnavailable as error:
        messages.send(channel, messages.Refused(str(error), isolation=True))
        return
    messages.send(channel, messages.Ready())
    serve_forks(control, first.become_parent)
    os._exit(0)  # taking all those modules down would take a third of a second


def _import_everything() -> None:
    """Do once what nearly every submission would otherwise do: import, draw, fail, await."""
    os.environ["MPLBACKEND"] = INLINE_BACKEND
    import matplotlib.pyplot as plt

    from autograder.candidate.endpoint import make_shell

    figure, axes = plt.subplots()
    axes.plot([0, 1], label="$x^2$")
    axes.legend()
    figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")
    plt.close(figure)
    with redirect_stdout(io.StringIO()):
        make_shell(1000).run("raise ValueError")


if __name__ == "__main__":
    main()
