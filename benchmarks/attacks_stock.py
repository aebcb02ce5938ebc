"""The attacks of tests/attacks against stock `nbgrader autograde`, and against `autograder grade`.

Stock nbgrader runs what was handed in as the user who grades, so each attack gets a throw-away
place (throwaway.py, Linux, needs root) with a course of its own: one honest submission is graded
before the attack and one after it. Our grader gets all attacks and their honest neighbours as one
class. Writes ATTACKS.md.

    .venv/bin/python benchmarks/attacks_stock.py --help
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import attacks_table as table
from benchmarks import throwaway
from benchmarks.attacks_seen import changed, digests, found_in, outputs, read, scores
from benchmarks.attacks_table import Found
from tests.attacks.attack import Attack, honest, read_attacks
from tests.attacks.attacked_course import assignments, write_course

RESULTS = Path(__file__).with_name("ATTACKS.md")
EXAMPLES = """\
examples:
  .venv/bin/python benchmarks/attacks_stock.py --write              everything, about 15 minutes
  .venv/bin/python benchmarks/attacks_stock.py --only forgery       one class
  .venv/bin/python benchmarks/attacks_stock.py --only exits -v      some, with nbgrader's last words
"""
CELL_SECONDS = 5
#: What stock nbgrader has against some of this; its defaults are 30 and 4 seconds, and False.
STOCK_CONFIG = f"""\
c.Execute.timeout = {CELL_SECONDS}
c.Execute.iopub_timeout = 30
c.OverwriteCells.add_missing_cells = True
"""
FIRST, ATTACKER, LAST = "honest-0", "mallory", "zoe"
HONEST = {name: honest(assignment) for name, assignment in assignments().items()}
#: Of nbgrader's three submissions; a deadline is there for what never ends.
AUTOGRADE_SECONDS, FEEDBACK_SECONDS = 120.0, 60.0
FIRST_UID = 61000
#: One honest submission for so many attacks, in our class.
SPACING = 8


def main(arguments: Sequence[str]) -> None:
    """Run both graders and write the table; within a throw-away place, run nbgrader."""
    if arguments[:1] == ["--inside"]:
        name, template, uid = arguments[1:]
        print(json.dumps(dataclasses.asdict(inside(attack_named(name), Path(template), int(uid)))))
        return
    options = parse(arguments)
    attacks = [
        each for each in read_attacks() if any(word in each.student for word in options.only)
    ]
    with tempfile.TemporaryDirectory(prefix="attacks-") as folder:
        Path(folder).chmod(0o755)
        progress(f"Our grader: {len(attacks)} attacks and their neighbours, one class")
        ours = graded_by_us(Path(folder) / "ours", attacks, options.jobs)
        progress("Stock nbgrader: a course for each attack, and one without an attack")
        stock = graded_by_stock(Path(folder) / "template", attacks, options)
    text = table.report(attacks, stock, ours)
    print(text)
    if options.write:
        RESULTS.write_text(text, "utf-8")
        progress(f"Written: {RESULTS.name}")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line's options."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").split("\n    .venv")[0],
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", nargs="+", default=[""], help="attacks with these in their names")
    parser.add_argument("--jobs", type=int, default=4, help="how many at a time (default: 4)")
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name}")
    parser.add_argument("-v", "--verbose", action="store_true", help="print nbgrader's last words")
    options = parser.parse_args(arguments)
    if sys.platform != "linux" or os.geteuid() != 0:
        parser.error("needs Linux and root, to make places from which nothing can get out")
    return options


def attack_named(name: str) -> Attack:
    """The attack of this name, or the honest submission."""
    return next(each for each in (*read_attacks(), *HONEST.values()) if each.student == name)


# ── Stock nbgrader ────────────────────────────────────────────────────────────────────────────────


def graded_by_stock(
    template: Path, attacks: Sequence[Attack], options: argparse.Namespace
) -> dict[str, Found]:
    """What stock nbgrader made of each attack that applies to it, and of the honest one."""
    write_course(template)
    with (template / "nbgrader_config.py").open("a") as file:
        file.write(STOCK_CONFIG)
    chosen = sorted({attack.assignment for attack in attacks})
    for assignment in chosen:
        for student in (FIRST, LAST):
            HONEST[assignment].hand_in(template / "submitted" / student / assignment)
        command("nbgrader", "generate_assignment", assignment, folder=template)
    controls = [HONEST[assignment] for assignment in chosen]
    todo = [*controls, *(each for each in attacks if table.why_not(each) is None)]
    with ThreadPoolExecutor(options.jobs) as pool:
        graded = pool.map(
            lambda item: one_by_stock(item[1], template, item[0], options), enumerate(todo)
        )
        found = dict(zip([each.student for each in todo], graded, strict=True))
    for control in controls:
        if table.harm(control, found[control.student]):
            sys.exit(
                f"Nobody attacked, and yet: {found[control.student]}. Is the machine too busy?"
            )
    return found


def one_by_stock(attack: Attack, template: Path, number: int, options: argparse.Namespace) -> Found:
    """One attack in a place of its own; again, if it seems to have harmed others."""
    # Limits on processes count per user, over all places.
    program = [__file__, "--inside", attack.student, str(template), str(FIRST_UID + number)]
    for _ in range(2):
        seconds = AUTOGRADE_SECONDS + FEEDBACK_SECONDS + 120
        found = Found(**json.loads(throwaway.in_throwaway_place(program, seconds)))
        if not found.harmed_others:
            break
    progress(f"{attack.student}: {'; '.join(table.harm(attack, found).values()) or 'held'}")
    if options.verbose:
        print(found.log)
    return found


def inside(attack: Attack, template: Path, uid: int) -> Found:
    """Within a throw-away place: a course with this attack, graded by stock nbgrader."""
    course = throwaway.move_in(template, uid)
    assignment = attack.assignment
    folder = course / "submitted" / ATTACKER / assignment
    attack.hand_in(folder)
    throwaway.hand_over(course, uid)
    before = digests(course, (FIRST, LAST))
    ended = throwaway.run(
        ["-m", "nbgrader", "autograde", assignment], course, uid, AUTOGRADE_SECONDS
    )
    grades = scores(course, assignment)
    page = ""
    if attack.kind in ("injection", "honest") and grades.get(ATTACKER) is not None:
        make_page = ["-m", "nbgrader", "generate_feedback", assignment, f"--student={ATTACKER}"]
        throwaway.run(make_page, course, uid, FEEDBACK_SECONDS)
        page = read(course / "feedback" / ATTACKER / assignment / f"{assignment}.html")
    return found_in(
        attack,
        score=grades.get(ATTACKER),
        points=HONEST[assignment].deserved or 0.0,
        shown=outputs(course, ATTACKER, assignment),
        page=page,
        neighbours={name: grades.get(name) for name in (FIRST, LAST)},
        changed=changed(before, digests(course, (FIRST, LAST))),
        ended=ended.status is not None,
        log=ended.log,
    )


# ── Our grader ────────────────────────────────────────────────────────────────────────────────────


def graded_by_us(course: Path, attacks: Sequence[Attack], jobs: int) -> dict[str, Found]:
    """What `autograder grade` made of each attack, in classes with honest neighbours."""
    write_course(course)
    found: dict[str, Found] = {}
    for assignment in sorted({attack.assignment for attack in attacks}):
        chosen = [attack for attack in attacks if attack.assignment == assignment]
        found |= class_by_us(course, assignment, chosen, jobs)
    return found


def class_by_us(
    course: Path, assignment: str, attacks: Sequence[Attack], jobs: int
) -> dict[str, Found]:
    """What `autograder grade` made of the attacks on one assignment."""
    neighbour = HONEST[assignment]
    names = []
    for number, attack in enumerate(attacks):
        if number % SPACING == 0:
            names.append(f"{neighbour.student}-{number}")
            neighbour.hand_in(course / "submitted" / names[-1] / assignment)
        attack.hand_in(course / "submitted" / attack.student / assignment)
    before = digests(course, names)
    results = course.parent / "results.json"
    # Status 1: some submissions cannot be read, as it should be.
    command(
        "autograder", "grade", assignment, "--json", str(results), "--jobs", str(jobs),
        folder=course, statuses=(0, 1),
    )  # fmt: skip
    for_a_person = {attack.student for attack in attacks if attack.manual}
    grades = {
        student: None if each["needs_manual_grade"] and student not in for_a_person else score
        for each in json.loads(results.read_text("utf-8"))["results"]
        for student, score in [(each["student"], each["score"])]
    }
    command("autograder", "feedback", assignment, folder=course)
    different = changed(before, digests(course, names))
    return {
        attack.student: found_in(
            attack,
            score=grades[attack.student],
            points=neighbour.deserved or 0.0,
            shown=outputs(course, attack.student, assignment),
            page=read(course / "feedback" / attack.student / assignment / f"{assignment}.html"),
            neighbours={name: grades[name] for name in names},
            changed=different,
        )
        for attack in attacks
    }


def command(module: str, *arguments: str, folder: Path, statuses: Sequence[int] = (0,)) -> None:
    """Run a command of this environment in a course folder."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in statuses:
        sys.exit(f"{module} {arguments[0]} ended with {done.returncode}:\n{done.stderr[-3000:]}")


def progress(text: str) -> None:
    """A line for whoever waits."""
    print(f"{datetime.now(UTC):%H:%M:%S} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
