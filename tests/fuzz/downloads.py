"""Random downloads of a small class: each student's one true notebook, and what lies around it.

Everything is drawn from one number, so that a download can be made again.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import tarfile
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from autograder.course.files import is_hidden
from tests.autograder.tiny_course import DOUBLE, notebook

PEOPLE = (
    "Una O'Neil", "Ada d’Été", "(Bob) Roe", "Max (Maxi) Roe", "Zoë Roe", "Zoe Roe", "Roe, Max",
    "Ştefan Ünlü", "Nguyễn Văn An", "María José de la Cruz", "Ann Lee", "Anna Lee", "Lee Ann",
    "Jean-Luc Picard", "John Smith Jr", "X Æ", "李雷", "דוד כהן", "محمد علي", "देव शर्मा",
    "van der Berg, Jan", "Björk", "Ana=Maria", "Tiny Tim", "A 1",
)  # fmt: skip
NAMES = (
    "tiny.ipynb", "tiny (1).ipynb", "tiny-2.ipynb", "Tiny.ipynb", "tiny.IPYNB", "tiny.ipynb.txt",
    "tiny.ipynb.json", "my solution.ipynb", "tiny - Copy.ipynb", "tiny-Copy1.ipynb",
    "Kopie von tiny.ipynb", "tiny_final_FINAL.ipynb", "Lösung.ipynb", "u 1.5.ipynb", "答案.ipynb",
)  # fmt: skip
FOLDERS = ("work", "HW 1", "tiny", "a.b", "für Sie", "submission", "New folder (2)")
#: Of what others and programs leave beside a notebook.
BESIDE: Mapping[str, bytes] = {
    "data.csv": b"1,2\n",
    "plot.png": b"\x89PNG\r\n\x1a\n",
    "report.pdf": b"%PDF-1.7",
    "README.md": b"# Mine",
    "notes.txt": b"",
    "tiny.html": b"<p>",
    "timestamp.txt": b"1999-01-01 00:00:00 UTC",
    "helpers/tools.py": b"x = 1",
    "solution.json": b'{"a": 1}',
    "empty.ipynb.bak": b"",
    "😀.txt": b":-)",
}
HIDDEN: Mapping[str, bytes] = {
    ".DS_Store": b"\0",
    "Thumbs.db": b"\0",
    "desktop.ini": b"",
    "__MACOSX/._tiny.ipynb": b"\0\5\x16\7",
    ".git/config": b"[core]",
    ".venv/lib/a.py": b"",
    "__pycache__/a.pyc": b"",
}


def by(author: str, version: str = "last") -> bytes:
    """The assignment's notebook, solved, saying who wrote it."""
    return _signed(notebook({"double": DOUBLE, "halve": f"halve = {version!r}"}), author, version)


def of_another_assignment(author: str) -> bytes:
    """A notebook none of whose cells is the assignment's."""
    cell = {"cell_type": "markdown", "id": "another", "metadata": {}, "source": "# Another"}
    text = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return _signed(json.dumps(text), author, "another")


@cache
def _signed(text: str, author: str, version: str) -> bytes:
    content = json.loads(text)
    content["metadata"] |= {"author": author, "version": version}
    return json.dumps(content).encode()


@dataclass
class HandIn:
    """What one student handed in, and whether exactly one file of it can be meant."""

    author: str
    files: dict[str, bytes] = field(default_factory=dict)
    is_certain: bool = True


@dataclass(frozen=True)
class Download:
    """A class's, as a platform packs it; ``shown`` are the names that it has for everybody."""

    layout: str
    handed_in: tuple[HandIn, ...]
    files: Mapping[str, bytes]
    shown: Mapping[str, str]


def zipped(files: Mapping[str, bytes]) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return memory.getvalue()


def tarred(files: Mapping[str, bytes]) -> bytes:
    memory = io.BytesIO()
    with tarfile.open(fileobj=memory, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return gzip.compress(memory.getvalue(), 1)


def hand_in(random: random.Random, author: str) -> HandIn:
    """The true notebook of a student somewhere among other files."""
    made = HandIn(author)
    folder = "".join(f"{random.choice(FOLDERS)}/" for _ in range(random.choice((0, 0, 1, 1, 2, 4))))
    made.files[folder + _spelt(random, random.choice(NAMES))] = by(author)
    for name in random.sample(sorted(BESIDE), random.choice((0, 0, 1, 2, 3))):
        made.files.setdefault(random.choice(("", folder)) + name, BESIDE[name])
    for name in random.sample(sorted(HIDDEN), random.choice((0, 0, 1, 2))):
        made.files.setdefault(random.choice(("", folder)) + name, HIDDEN[name])
    for _ in range(random.choice((0, 0, 1, 1, 2))):
        random.choice(TWISTS)(random, made)
    return made


def _another(random: random.Random, made: HandIn) -> None:
    name = random.choice(
        ("Untitled.ipynb", "ps2.ipynb", "old/scratch.ipynb", "x/y/Untitled1.ipynb")
    )
    made.files.setdefault(name, of_another_assignment(made.author))


def _checkpoint(random: random.Random, made: HandIn) -> None:
    path = random.choice(sorted(made.files))
    folder = path.rpartition("/")[0]
    name = f"{folder}/.ipynb_checkpoints/tiny-checkpoint.ipynb".lstrip("/")
    made.files.setdefault(name, by(made.author, "checkpoint"))


def _second(random: random.Random, made: HandIn) -> None:
    name = random.choice(("tiny.ipynb", "draft.ipynb", "old/tiny.ipynb", "tiny (2).ipynb"))
    if name not in made.files:
        made.files[name] = by(made.author, "first")
        made.is_certain = False


def _same_again(random: random.Random, made: HandIn) -> None:
    name = random.choice(("copy.ipynb", "backup/tiny.ipynb", "tiny (3).ipynb"))
    made.files.setdefault(name, by(made.author))
    made.is_certain = False  # the same bytes, but it is for grading to say so, not for collecting


def _cut(random: random.Random, made: HandIn) -> None:
    data = by(made.author, "cut")
    made.files.setdefault("half.ipynb", data[: random.randrange(len(data))])


def _lost_but_for_half(random: random.Random, made: HandIn) -> None:
    """The upload broke off: what there is of the true notebook cannot be read."""
    for path, data in made.files.items():
        if data == by(made.author):
            made.files[path] = data[: random.randrange(1, len(data))]
    made.is_certain = False


def _packed(random: random.Random, made: HandIn) -> None:
    name = random.choice(("work.zip", "tiny.ipynb.zip", "My Work.ZIP", "HW 1/all.zip"))
    made.files = {name: zipped(made.files)}


def _packed_otherwise(random: random.Random, made: HandIn) -> None:
    pack, names = random.choice((
        (tarred, ("work.tar.gz", "work.tgz", "work.tar.gz.zip", "tiny.ipynb")),
        (zipped, ("work", "tiny.ipynb", "work.zip.zip", "work.rar", "work.txt")),
    ))  # fmt: skip
    made.files = {random.choice(names): pack(made.files)}
    made.is_certain = False


def _damaged(random: random.Random, made: HandIn) -> None:
    data = zipped(made.files)
    made.files = {random.choice(("work.zip", "w.ipynb.zip")): data[: random.randrange(len(data))]}
    made.is_certain = False


def _something_else(random: random.Random, made: HandIn) -> None:
    """No notebook at all, but something: nobody but a person can say that it is worth nothing."""
    name = random.choice(sorted(BESIDE.keys() - {"timestamp.txt"}))
    made.files = {name: BESIDE[name]}
    made.is_certain = False


TWISTS: tuple[Callable[[random.Random, HandIn], None], ...] = (
    _another, _another, _checkpoint, _checkpoint, _second, _same_again, _cut, _packed, _packed,
    _packed_otherwise, _damaged, _lost_but_for_half, _something_else,
)  # fmt: skip


def _flatten(made: HandIn) -> None:
    """Without folders, as where a platform takes files only."""
    flat: dict[str, bytes] = {}
    for path, data in made.files.items():
        if not is_hidden(path):
            made.is_certain &= path.rpartition("/")[2] not in flat
            flat.setdefault(path.rpartition("/")[2], data)
    made.files = flat


def _spelt(random: random.Random, name: str) -> str:
    return unicodedata.normalize(random.choice(("NFC", "NFD")), name)


# How platforms call a file of a student's: the path for it, and the name that they have for them.
Naming = Callable[[int, str, str], str]
ATTEMPT = "attempt_2026-10-01-12-30-59"


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


LAYOUTS: Mapping[str, tuple[Naming, Callable[[str], str]]] = {
    "Moodle": (lambda n, who, file: f"{who}_{1000 + n}_assignsubmission_file_/{file}", str),
    "Moodle, flat": (lambda n, who, file: f"{who}_{1000 + n}_assignsubmission_file_{file}", str),
    "Canvas": (lambda n, who, file: f"{who}_{100 + n}_{900 + n}_{file}", _letters),
    "Canvas, late": (lambda n, who, file: f"{who}_LATE_{100 + n}_{900 + n}_{file}", _letters),
    "Blackboard": (lambda n, who, file: f"Home work_{who}_{ATTEMPT}_{file}", _letters),
    "Brightspace": (
        lambda n, who, file: f"{100 + n}-77 - {who} - Oct 1, 2026 1230 PM/{file}",
        lambda name: name.replace(" - ", " "),
    ),
    "Sakai": (
        lambda n, who, file: f"Home work/Somebody({who})/Submission attachment(s)/{file}", _letters
    ),
    "ILIAS": (lambda n, who, file: f"Last_First_{who}_{70 + n}/20261001123059_{file}", _letters),
    "GitHub": (lambda n, who, file: f"tiny-submissions/tiny-{who}/{file}", _letters),
    "GitHub, branches": (lambda n, who, file: f"tiny-{who}-main/{file}", _letters),
    "ILIAS, teams": (
        lambda n, who, file: f"PS/Team_{n}/Last_First_{who}_{70 + n}/{file}", _letters
    ),
    "Submitty": (lambda n, who, file: f"submissions/{who}/{n + 1}/{file}", _letters),
    "CodeGrade": (
        lambda n, who, file: f"{who} - 2026-10-01T12:30:59/{file}",
        lambda name: name.replace(" - ", " "),
    ),
    "OpenOlat": (lambda n, who, file: f"Task_1/{who}/2_submissions/{file}", _letters),
    "Google": (lambda n, who, file: f"{who} - {file}", lambda name: name.replace(" - ", " ")),
    "exchange": (
        lambda n, who, file: f"{who}+tiny+2026-10-01 12:00:0{n}.000000 UTC/{file}", _letters
    ),
    "folders": (lambda n, who, file: f"{who}/{file}", str),
    "archives": (lambda n, who, file: f"{who}.zip", str),
}  # fmt: skip
#: Where every file of a student's lies beside those of all others.
FLAT = {"Moodle, flat", "Canvas", "Canvas, late", "Blackboard", "Google"}


def download(seed: int) -> Download:
    """The download that a number stands for."""
    generator = random.Random(seed)
    layout = generator.choice(sorted(LAYOUTS))
    naming, shown_as = LAYOUTS[layout]
    people: dict[str, str] = {}  # by the name that the platform shows
    for name in generator.sample(PEOPLE, generator.randint(2, 7)):
        people.setdefault(shown_as(name), name)
    files: dict[str, bytes] = {}
    handed_in = []
    for number, (shown, name) in enumerate(people.items()):
        made = hand_in(generator, name)
        handed_in.append(made)
        if layout == "archives":
            files[naming(number, shown, "")] = zipped(made.files)
            continue
        if layout in FLAT:
            _flatten(made)
        for path, data in made.files.items():
            files[naming(number, _spelt(generator, shown), path)] = data
    top = generator.choice(("", "", "all/", "CS 1/Home work 1/"))
    files = {top + path: data for path, data in files.items()}
    return Download(layout, tuple(handed_in), files, {name: s for s, name in people.items()})
