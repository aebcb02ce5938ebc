"""Users of this system, as whom root calls commands; with homes of their own."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
#: Becomes another user and runs Python, which may lie in a folder of root's, closed to others.
AS_USER = """
import os, sys
from pathlib import Path
from autograder.sandbox.view import open_private_view

user, project, folder, course = int(sys.argv[1]), *map(Path, sys.argv[2:5])
open_private_view((Path(sys.prefix), Path(sys.base_prefix), project), (folder,))
os.chdir(course)
os.setgroups([])
os.setgid(user)
os.setuid(user)
os.execv(sys.executable, [sys.executable, "-m", *sys.argv[5:]])
"""


@dataclass(frozen=True)
class User:
    """Somebody with a user id and a home."""

    name: str
    number: int
    home: Path
    shared: Path

    def run(self, *command: str, cwd: Path) -> str:
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.home), "USER": self.name,
            "LOGNAME": self.name, "PYTHONPATH": str(ROOT), "TZ": "UTC", "MPLBACKEND": "agg",
        }  # fmt: skip
        where = (str(ROOT), str(self.shared), str(cwd))
        program = [sys.executable, "-c", AS_USER, str(self.number), *where, *command]
        done = subprocess.run(program, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{self.name}: {command}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def own(self, folder: Path) -> None:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.number, self.number)


def people() -> list[pwd.struct_passwd]:
    """Root and the others, in an order that stays: nbgrader asks the system for their names."""
    return sorted(pwd.getpwall(), key=lambda entry: entry.pw_uid)


def user(entry: pwd.struct_passwd, tmp_path: Path) -> User:
    home = tmp_path / entry.pw_name
    home.mkdir(mode=0o700)
    os.chown(home, entry.pw_uid, entry.pw_uid)
    return User(entry.pw_name, entry.pw_uid, home, tmp_path)
