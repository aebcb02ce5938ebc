"""A candidate that is started on its own, as for a student's check, and talked to over pipes."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from autograder.candidate.endpoint import Start
from autograder.errors import PeerGone
from autograder.wire import Channel, Conversation, Endpoint
from autograder.wire.abilities import Ability


class Examiner(Endpoint):
    """Keeps references as they came."""

    def __init__(self) -> None:
        self.printed = ""

    def perform(self, op: str, operands: list[Any]) -> object:
        function, args, kwargs = operands
        return function(*args, **kwargs)

    def export(self, value: object) -> Any:
        if isinstance(value, Reference):
            return ["b", value.identity]
        return ["h", 0, ["callback", True]]

    def resolve(self, tag: str, identity: int, about: Any) -> object:
        return Reference(identity, about) if tag == "h" else (lambda: "called back")

    def show_printed(self, text: str, stderr: str) -> None:
        self.printed += text + stderr


class Reference:
    """An object of the candidate's."""

    def __init__(self, identity: int, about: Any) -> None:
        self.identity = identity
        self.about = about


class Candidate:
    """A conversation with a candidate."""

    def __init__(self, process: subprocess.Popen[bytes], start: Start) -> None:
        self.end = Examiner()
        reader, writer = process.stdout, process.stdin
        assert isinstance(reader, io.FileIO)
        assert isinstance(writer, io.FileIO)
        channel = Channel(reader, writer)
        channel.send(msgspec.msgpack.encode(start))
        self.request = Conversation(channel, self.end).request

    def run(self, source: str, *, shown: bool = True) -> Any:
        return self.request("run", source, shown)


@pytest.fixture
def candidate(tmp_path: Path) -> Iterator[Candidate]:
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "autograder.candidate.endpoint"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    ) as process:
        yield Candidate(process, Start(str(tmp_path), 5000, ("xmlrpc",)))
        process.kill()


def test_a_candidate_from_cell_to_call(candidate: Candidate) -> None:
    # One process for many small things, since starting it takes longest.
    ran = candidate.run("print('hello')\ndef f(x):\n    print('in f')\n    return 2 * x\n40 + 2")
    assert [out["output_type"] for out in ran["outputs"]] == ["stream", "execute_result"]
    assert (ran["error"], ran["value"]) == (None, 42.0)

    # On its own it draws nothing, for nobody sees it.
    (drawn,) = candidate.run("from IPython.display import HTML\nHTML('<b>')")["outputs"]
    assert list(drawn["data"]) == ["text/plain"]

    f = candidate.request("read", "f")
    assert f.about[:5] == ["function", True, False, False, int(Ability.HASH)]
    assert candidate.request("read", "f").identity == f.identity
    assert candidate.request("call", f, (3,), {}) == 6
    assert candidate.request("call", f, (), {"x": 4}) == 8
    assert candidate.end.printed == "in f\nin f\n"
    with pytest.raises(NameError, match="'g' is not defined"):
        candidate.request("read", "g")

    candidate.request("bind", "g", 5)
    assert candidate.run("g + 1")["value"] == 6.0
    candidate.request("unbind", "g")
    assert candidate.run("g")["error"] == "NameError"
    assert {"f", "np"} - set(candidate.request("names")) == {"np"}

    assert candidate.run("print('x')", shown=False)["outputs"] == []
    assert candidate.run("%time\n1 +")["error"] == "SyntaxError"
    assert candidate.run("def call(f): return f()")["error"] is None
    assert (
        candidate.request("call", candidate.request("read", "call"), (print,), {}) == "called back"
    )

    candidate.request("seed", 3)
    first = candidate.run("import random; random.random()")["value"]
    candidate.request("seed", 3)
    assert candidate.run("random.random()")["value"] == first

    shared = candidate.run("a = [1]\nclass C: pass\nc = C()\nc.me = c")["error"]
    assert shared is None
    c = candidate.request("read", "c")
    assert candidate.request("getattr", c, "me").identity == c.identity
    assert candidate.request("isinstance", c, candidate.request("read", "C")) is True


def test_nothing_that_is_printed_gets_into_the_wire(candidate: Candidate) -> None:
    candidate.run(
        "import os, sys, subprocess\n"
        "os.write(1, b'AGW1' * 100)\n"
        "sys.__stdout__.write('x' * 100)\n"
        "sys.__stdout__.flush()\n"
        "subprocess.run(['echo', 'from a program'])\n"
        "try: print(input())\nexcept EOFError: pass"
    )
    array = np.arange(3.0)
    candidate.run("def f(x): x += 1; return x")
    assert candidate.request("call", candidate.request("read", "f"), (array,), {}) is array
    assert array.tolist() == [1, 2, 3]


def test_files_that_are_called_like_modules_shadow_nothing(
    candidate: Candidate, tmp_path: Path
) -> None:
    (tmp_path / "numpy.py").write_text("raise SystemError")
    (tmp_path / "mine.py").write_text("value = 7")
    assert candidate.run("import numpy, mine; mine.value")["value"] == 7.0


def test_a_hidden_module_is_refused_with_a_reason(candidate: Candidate) -> None:
    ran = candidate.run("import xmlrpc.client")
    assert ran["error"] == "ModuleNotFoundError"
    assert "while this is graded" in ran["outputs"][0]["evalue"]


def test_a_thread_may_not_call_back(candidate: Candidate) -> None:
    candidate.run(
        "import threading\nerrors = []\n"
        "def f(g):\n"
        "    def work():\n"
        "        try: g()\n"
        "        except RuntimeError as error: errors.append(str(error))\n"
        "    thread = threading.Thread(target=work); thread.start(); thread.join()\n"
        "    return errors"
    )
    (error,) = candidate.request("call", candidate.request("read", "f"), (print,), {})
    assert "calling thread" in error


def test_an_unknown_request_ends_a_candidate(candidate: Candidate) -> None:
    with pytest.raises(PeerGone):
        candidate.request("grade me")


@pytest.mark.parametrize(
    ("last", "value"),
    [("3", 3.0), ("True", None), ("'3'", None), ("__import__('numpy').float32(0.5)", 0.5)],
)
def test_the_value_of_a_cell_is_that_of_its_last_number(
    candidate: Candidate, last: str, value: float | None
) -> None:
    assert candidate.run(last)["value"] == value
