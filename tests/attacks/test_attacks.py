"""Every attack earns what it deserves and nothing else; nobody else notices."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog

from tests.attacks.attack import CLASSES, INPUTS, Attack, read_attacks
from tests.attacks.attacked_course import SECRETS, assignments
from tests.attacks.conftest import Battle
from tests.attacks.held import expect_held

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

#: Bytes of a page, and of a notebook that formgrader shows; 12 MB of them may be images.
LARGEST = 3_000_000
ATTACKS = [pytest.param(attack, id=attack.student) for attack in read_attacks()]


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_earns_what_it_deserves_and_learns_nothing(attack: Attack, battle: Battle) -> None:
    (result,) = battle.graded[attack.student].results
    expect_held(attack, result, battle.course, battle.pages.get(attack.student, ""))


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_an_attack_leaves_is_bounded(attack: Attack, battle: Battle) -> None:
    assert len(battle.pages.get(attack.student, "")) < LARGEST
    folder = battle.course.autograded_folder(attack.student, attack.assignment)
    assert sum(len(path.read_bytes()) for path in folder.glob("*.ipynb")) < LARGEST


def test_honest_neighbours_get_full_marks(battle: Battle) -> None:
    scores = {name: battle.graded[name].results[0].score for name in battle.honest}
    assert scores == battle.honest


def test_nothing_is_left_running(battle: Battle) -> None:
    assert battle.left_running == []


def test_nothing_is_left_in_the_temporary_folder(battle: Battle) -> None:
    assert battle.left_in_temporary == []


def test_only_results_were_written_to_the_course(battle: Battle) -> None:
    files = r"(?P=name)\.ipynb|(?P=name)\.grading\.json|data/table\.csv"
    results = re.compile(rf"gradebook\.db|autograded/[^/]+/(?P<name>[^/]+)/({files})")
    others = [name for name in battle.changed_files if not results.fullmatch(name)]
    # What a student handed in lies beside the graded notebook, too.
    root = battle.course.root
    theirs = [root / name.replace("autograded", "submitted", 1) for name in others]
    assert [path for path in theirs if not (path.exists() or path.with_suffix("").exists())] == []


def test_no_attack_left_a_mark_elsewhere(battle: Battle) -> None:
    marks = [
        path
        for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run", "/", str(Path.home()))
        for path in Path(folder).glob("mark-of-an-attack*")
    ]
    assert marks == []


@pytest.mark.browser
def test_nothing_runs_on_the_page_of_any_injection(
    battle: Battle, browser: Browser, tmp_path: Path
) -> None:
    pages = {name: page for name, page in battle.pages.items() if name.startswith("injection-")}
    happened: list[str] = []

    def note_dialog(dialog: Dialog) -> None:
        happened.append("dialog")
        dialog.dismiss()

    for name, text in pages.items():
        path = tmp_path / f"{name}.html"
        path.write_text(text, encoding="utf-8")
        page = browser.new_page()
        page.on("dialog", note_dialog)
        page.on("console", lambda message: happened.append(message.text))
        page.on("request", lambda request: happened.append(request.url[:200]))
        page.goto(path.as_uri())
        assert page.evaluate("window.pwned") is None
        assert page.evaluate("document.scripts.length") == 0
        page.close()
    visited = {(tmp_path / f"{name}.html").as_uri() for name in pages}
    images = [each for each in happened if each.startswith("data:image/")]
    assert visited <= set(happened)
    assert set(happened) - visited - set(images) == set()


def test_the_secrets_are_in_the_course() -> None:
    words = json.dumps([each.source_cells() for each in assignments().values()])
    assert [secret for secret in SECRETS if secret not in words] == []


def test_every_class_of_attack_is_there() -> None:
    assert {path.name for path in INPUTS.iterdir() if path.is_dir()} == set(CLASSES)
