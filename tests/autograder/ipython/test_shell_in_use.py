"""A shell that is the process's for a while leaves nothing behind."""

from __future__ import annotations

import sys
from typing import Any

import matplotlib.pyplot as plt
import pytest
from IPython import get_ipython

from autograder.ipython.shell import Capture, Shell


def of_the_process() -> list[Any]:
    return [get_ipython(), sys.modules["__main__"], sys.stdout, sys.stderr]


def test_the_process_has_its_former_shell_again() -> None:
    before = of_the_process()
    shell = Shell(Capture(1000))
    with shell.in_use():
        assert get_ipython() is shell
    assert all(now is then for now, then in zip(of_the_process(), before, strict=True))


def test_it_has_it_again_after_an_error() -> None:
    before = of_the_process()
    with pytest.raises(ZeroDivisionError), Shell(Capture(1000)).in_use():
        1 / 0  # noqa: B018
    assert all(now is then for now, then in zip(of_the_process(), before, strict=True))


def test_the_next_shell_draws_figures_though_the_last_one_did() -> None:
    for _ in range(2):
        shell = Shell(Capture(100_000))
        with shell.in_use():
            done = shell.run("import matplotlib.pyplot as plt\nwith plt.ion(): plt.ioff()")
            assert done.success
    with plt.ioff():
        assert not plt.isinteractive()
