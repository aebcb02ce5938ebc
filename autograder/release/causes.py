"""Why a test does not pass with the instructor's own solution, and what to write instead."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from autograder.examiner.report import TestReport
from autograder.grading.plan import Plan
from autograder.notebook.cells import Cell, Notebook
from autograder.notebook.names import names_of, tree_of
from autograder.results import Outcome, Question

#: Characters of what was raised that are told.
_MOST = 1000
_MISSING = re.compile(r"name '(\w+)' is not defined|does not define '(\w+)'")
_PROCESSES = frozenset({"multiprocessing", "Pool", "ProcessPoolExecutor", "subprocess", "fork"})
_FORGEABLE = "or add the cell tag run-in-candidate, with which its points can be forged."

#: What to write instead of what asks for more than plain data, by the names that do it.
_INSTEAD: Mapping[frozenset[str], str] = {
    frozenset({"getsource", "getsourcelines", "getsourcefile", "signature_of_source"}): (
        "The source text of an answer stays with the student. Test what it does"
    ),
    frozenset({"isinstance", "issubclass", "type", "isfunction", "isclass", "getmro"}): (
        "The object stays with the student, and its class with it: test what it does or holds, "
        "such as a method's result"
    ),
    frozenset({"deepcopy", "copy", "pickle", "dumps", "asdict", "sizeof", "getsizeof"}): (
        "An object of the student's cannot be copied. Compare the plain data that it holds"
    ),
    frozenset({"open", "exists", "isfile", "listdir", "Path", "read_csv", "remove"}): (
        "Files that the student's code writes are in the student's folder, which tests cannot see. "
        "Have a function read the file and give its contents back"
    ),
    frozenset({"gca", "gcf", "get_fignums", "show", "savefig"}): (
        "Figures that the student's code draws stay in its process. Have the function give back "
        "its Axes, and test what they hold"
    ),
    frozenset(
        {
            "rcParams",
            "get_printoptions",
            "get_option",
            "getcontext",
            "geterr",
            "getlocale",
            "options",
            "environ",
            "getenv",
            "getrecursionlimit",
        }
    ): (
        "Settings that the student's code makes hold in its own process. Have a function give back "
        "what they change"
    ),
    frozenset({"class"}): (
        "A class that stays with the student has no subclass here: test its instances"
    ),
    frozenset({"run", "await", "gather"}): (
        "A coroutine stays with the student: have an ordinary function run it"
    ),
}

#: By what an answer changes the state of a module, which is another one in a test's process.
_SETTING = frozenset(
    {
        *("getcontext", "setcontext", "seed", "set_state", "setstate", "set_option", "options"),
        *("rcParams", "set_theme", "set_printoptions", "seterr", "setlocale", "environ", "putenv"),
        *("chdir", "setrecursionlimit", "simplefilter", "filterwarnings", "setdefaulttimeout"),
    }
)


def what_happened(question: Question, told: Question | None) -> str:
    """What a test raised, as its instructor may know it.

    ``told`` is the same question of a run that tells what assertions compared.
    """
    raised = _said_by(question)
    if told is None or told.outcome in (Outcome.PASSED, Outcome.PARTIAL):
        return raised
    more = _said_by(told)
    # An assertion that was rewritten may no longer compile, or not be reached.
    return more if told.outcome is question.outcome else raised


def cause_of(
    grade_id: str,
    told: str,
    notebook: Notebook,
    plan: Plan,
    failed_setup: Mapping[int, TestReport],
    *,
    passes_in_candidate: bool,
    passes_together: bool,
) -> str:
    """A sentence on why a test of the solution fails, and what to write instead; or nothing."""
    cell = notebook.cells[plan.tests[grade_id]]
    match = _MISSING.search(told)
    if match and (why := _why_missing(match[1] or match[2], cell, notebook, plan, failed_setup)):
        return why
    if "PermissionError" in told and _PROCESSES & _words(cell):
        return (
            "Neither tests nor answers may start processes while they are graded. Test the "
            "function by itself; or use threads (concurrent.futures.ThreadPoolExecutor)."
        )
    if passes_in_candidate:
        instead = next(
            (advice for names, advice in _INSTEAD.items() if names & _words(cell)),
            _on_settings(notebook) or "Test values instead of objects",
        )
        return (
            "The test does pass inside the student's process, so it needs more than plain data "
            f"from it. {instead}; {_FORGEABLE}"
        )
    if passes_together:
        return (
            "It does pass where every test runs inside the student's process: a cell needs what "
            "an earlier test made with the student's code. Make that in a cell that is no test; "
            "or add the cell tag run-in-candidate to both tests, with which their points can be "
            "forged."
        )
    return "It fails inside the student's process as well: correct the test, or the solution."


def _why_missing(
    name: str,
    cell: Cell,
    notebook: Notebook,
    plan: Plan,
    failed_setup: Mapping[int, TestReport],
) -> str:
    """Why a name is missing; empty where an answer defines it, or a test as well."""
    binds = {i: names_of(each) for i, each in enumerate(notebook.cells) if each.cell_type == "code"}
    for position, report in failed_setup.items():
        if name in binds[position].binds | binds[position].imports:
            return (
                f"Cell {position + 1}, which would have defined {name!r}, raised "
                f"{report.error}: {report.message.strip()}"
            )
    here = plan.tests[cell.grade_id or ""]
    places = [i for i in binds if i != here and name in binds[i].binds | binds[i].imports]
    if places and min(places) > here:
        return f"Cell {min(places) + 1} defines {name!r}, which is further down than this test."
    if not places and name in binds[here].binds:
        return (
            f"Only the test defines {name!r}, and it stays there. The solution finds it "
            "in one process, by chance. Hand it over, or define it in a cell before the answer."
        )
    return "" if places else f"No cell defines {name!r}."


def _on_settings(notebook: Notebook) -> str:
    """What to write where an answer changes a setting that the test computes with."""
    done = (
        statement
        for cell in notebook.cells
        if cell.is_solution and cell.cell_type == "code"
        for statement in tree_of(cell).body
        if not isinstance(statement, ast.FunctionDef | ast.ClassDef)
    )
    names = sorted(_SETTING.intersection(_words_in(ast.Module([*done], []))))
    if not names:
        return ""
    return (
        f"An answer uses {' and '.join(map(repr, names))}, and what that sets holds in the "
        "student's process only. Have a function of the student's compute what it changes"
    )


def _words(cell: Cell) -> set[str]:
    """The names, attributes and modules that a cell mentions."""
    return set(_words_in(tree_of(cell)))


def _words_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                for alias in aliases:
                    yield from alias.name.split(".")
            case ast.Await():
                yield "await"
            case ast.ClassDef():
                yield "class"


def _said_by(question: Question) -> str:
    """The message of a question, and the line of the student's code that raised it, if one did."""
    # What is withheld from students is at the beginning of the detail.
    said = question.message
    if question.hidden and question.detail:
        said = re.split(r"\n(?:Traceback|In the student's code:)", question.detail)[0]
    said = said.replace("Your code raised", "The solution's code raised")
    _, _, after = question.detail.partition("In the student's code:\n")
    frames = re.findall(r"File [^\n]*, line \d+, in (\w+)\n +([^\n]+)", after.partition("\n\n")[0])
    where = f" (in {frames[-1][0]}: {frames[-1][1].strip()})" if frames else ""
    said = said.strip()[:_MOST] + where
    return said if said.endswith((".", "!", "?")) else f"{said}."
