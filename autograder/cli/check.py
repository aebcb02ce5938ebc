"""``autograder check``: a student's own check of a notebook."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from autograder.cli import explained
from autograder.errors import CourseError

_NO_TEST = (
    "No test was found in {}, so nothing is known of its answers. Expected cells that nbgrader "
    "has marked as tests: some editors, and copying cells, lose the marks. Put your answers into "
    "the notebook that you were given, and check that."
)


@click.command("check", short_help="Run a notebook's tests, as a student.")
@click.argument("notebook", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--all",
    "with_hidden",
    is_flag=True,
    help="Run the hidden tests, too, where the instructor edition is at hand (self-study).",
)
@click.option("--seed", type=click.IntRange(0, (1 << 31) - 1), help="Random inputs to repeat.")
@click.pass_context
@explained
def command(context: click.Context, notebook: Path, with_hidden: bool, seed: int | None) -> None:
    """Run the tests of NOTEBOOK as the grader does and say what is wrong.

    Works on any system; the notebook runs with your own rights. The status is 0 if every test
    passes, 1 if one does not, 2 if there is none.

    \b
    Examples:
      autograder check notebooks/assignments/loss_functions/loss_functions.ipynb
      autograder check loss_functions.ipynb --all
    """  # noqa: D301 - click wants the character
    from autograder.workers.candidates import Candidates

    os.environ.setdefault("NBGRADER_EXECUTION", "validate")  # as `nbgrader validate` does
    folder: Path | None = context.obj
    with Candidates() as candidates:
        # It imports what it needs, meanwhile this process does.
        from autograder.cli import tables
        from autograder.grading.check import check
        from autograder.results import Outcome, counted

        checked = check(notebook, folder, with_hidden=with_hidden, seed=seed, candidates=candidates)
    questions = checked.result.questions
    console = tables.console()
    console.print(tables.questions_table(questions), *tables.messages(questions), "", sep="\n")
    # What a person grades is neither passed nor failed.
    judged = [q for q in questions if q.score is not None]
    failing = [q for q in judged if q.outcome is not Outcome.PASSED]
    if failing:
        console.print(
            f"{len(failing)} of {counted(len(judged), 'test does', 'tests do')} not pass yet."
        )
    elif judged:
        every = "The test" if len(judged) == 1 else f"All {len(judged)} tests"
        console.print(f"{every} here {'passes' if len(judged) == 1 else 'pass'}.")
    elif not questions and not checked.unseen:
        raise CourseError(_NO_TEST.format(notebook))
    else:
        console.print("No test here can run before it is graded: nothing is known of your answers.")
    if checked.unseen:
        console.print(f"{len(checked.unseen)} further tests are hidden and run when it is graded.")
    for sentence in checked.unknown:
        console.print(sentence, markup=False)
    console.print(f"To repeat this with the same random inputs: --seed {checked.result.seed}")
    sys.exit(1 if failing else 0 if judged else 2)
