"""The private view that lets unprivileged candidates reach what lies in a folder closed to them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")

PROGRAM = """
    import json, os, sys
    from pathlib import Path
    from autograder.sandbox.view import open_private_view

    folder = Path(sys.argv[1])
    readable = [folder / name for name in ("closed/a", "closed/deep/er/file", "link/b")]
    covered = open_private_view(readable, [folder / "closed" / "writable"])
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)

    def outcome_of(name, text=None):
        try:
            path = folder / name
            return path.read_text() if text is None else path.write_text(text) and "written"
        except OSError as error:
            return type(error).__name__ if error.errno != 30 else "read-only"

    print(json.dumps({
        "covered": [str(path) for path in covered],
        "wanted folder": outcome_of("closed/a/file"),
        "wanted file": outcome_of("closed/deep/er/file"),
        "through a link": outcome_of("link/b/file"),
        "where the link leads": outcome_of("closed/target/b/file"),
        "the rest": outcome_of("closed/secret"),
        "change of what is readable": outcome_of("closed/a/file", "changed"),
        "new file in the cover": outcome_of("closed/new", "changed"),
        "what is writable": outcome_of("closed/writable/file", "changed"),
    }))
"""


@pytest.fixture
def closed_folder(public_folder):
    closed = public_folder / "closed"
    for name in ("a/file", "deep/er/file", "target/b/file", "secret"):
        (closed / name).parent.mkdir(parents=True, exist_ok=True)
        (closed / name).write_text(name)
        (closed / name).chmod(0o666)
    (closed / "writable").mkdir()
    (closed / "writable").chmod(0o777)
    (public_folder / "link").symlink_to("closed/target")
    (closed / "deep").chmod(0o700)
    closed.chmod(0o700)
    return public_folder


def test_only_what_was_named_is_seen(closed_folder):
    finished = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROGRAM), closed_folder],
        stdout=subprocess.PIPE,
        check=True,
    )
    assert json.loads(finished.stdout) == {
        "covered": [str(closed_folder / "closed")],
        "wanted folder": "a/file",
        "wanted file": "deep/er/file",
        "through a link": "target/b/file",
        "where the link leads": "target/b/file",
        "the rest": "FileNotFoundError",
        "change of what is readable": "read-only",
        "new file in the cover": "read-only",
        "what is writable": "written",
    }
    assert (closed_folder / "closed" / "secret").read_text() == "secret"
    assert (closed_folder / "closed" / "writable" / "file").read_text() == "changed"


def test_nothing_is_covered_when_nothing_is_closed(public_folder):
    program = (
        "import sys; from pathlib import Path;"
        "from autograder.sandbox.view import open_private_view;"
        "print(open_private_view([Path('/usr/lib')], [Path(sys.argv[1])]))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program, public_folder],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert finished.stdout == "()\n"
    assert Path("/usr/lib").is_dir()


def test_without_the_right_to_mount_it_says_what_to_do(closed_folder):
    program = """
        import ctypes, sys
        from pathlib import Path
        from autograder.errors import IsolationUnavailable
        from autograder.sandbox.view import open_private_view

        libc = ctypes.CDLL(None)
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)
        capabilities = (ctypes.c_uint32 * 6)()
        libc.capget(header, capabilities)
        capabilities[0] &= ~(1 << 21)  # CAP_SYS_ADMIN, of the effective ones
        libc.capset(header, capabilities)
        try:
            open_private_view([Path(sys.argv[1]) / "closed" / "a"])
        except IsolationUnavailable as error:
            print(error)
    """
    finished = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), closed_folder],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert "only its owner may enter" in finished.stdout
    assert "ordinary user" in finished.stdout
