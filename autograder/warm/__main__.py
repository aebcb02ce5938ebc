"""``python -P -m autograder.warm CONTROL TALK``: the first warm process.

Both arguments are descriptors of inherited sockets: requests to fork come over the first, orders
over the second.
"""

from __future__ import annotations

import io
import os
import socket
import sys
from contextlib import redirect_stdout

from autograder.candidate.shell import INLINE_BACKEND
from autograder.errors import IsolationUnavailable
from autograder.warm import orders
from autograder.warm.forkserver import serve_forks
from autograder.wire import Channel


def main() -> None:
    """Import, say ready, then fork until told to end."""
    control, talk = (socket.socket(fileno=int(number)) for number in sys.argv[1:3])
    channel = Channel.over(talk, orders.TRUSTED)
    start = orders.receive(channel)
    assert isinstance(start, orders.Start)
    _import_everything()
    try:
        from autograder.warm.parents import First

        first = First(start)
    except IsolationUnavailable as error:
        orders.send(channel, orders.Refused(str(error), isolation=True))
        return
    orders.send(channel, orders.Ready())
    serve_forks(control, first.become_parent)
    os._exit(0)  # taking all those modules down would take a third of a second


def _import_everything() -> None:
    """Do once what nearly every submission would otherwise do: import, draw, fail, await."""
    os.environ["MPLBACKEND"] = INLINE_BACKEND
    import matplotlib.pyplot as plt

    from autograder.candidate.serve import make_shell

    figure, axes = plt.subplots()
    axes.plot([0, 1], label="$x^2$")
    axes.legend()
    figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")
    plt.close(figure)
    with redirect_stdout(io.StringIO()):
        make_shell(1000).run("raise ValueError")


if __name__ == "__main__":
    main()
