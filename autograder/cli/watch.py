"""``autograder watch``: grade what is handed in, as it appears."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import click

from autograder.cli import course_of, explained, output_folder
from autograder.cli.grade import executor_of
from autograder.cli.options import cluster_option, isolation_option, jobs_option
from autograder.cli.terminal import say
from autograder.course.directory import Course, expect_assignment
from autograder.course.times import moment_or_span, zone_of
from autograder.errors import CourseError

if TYPE_CHECKING:
    from autograder.watch.watch import Watch

#: Seconds until a course is looked at again that cannot be used as it is.
LOOK_AGAIN = 2.0


@click.command("watch", short_help="Grade whatever is handed in, at once.")
@click.argument("assignments", nargs=-1)
@click.option(
    "--attempts",
    type=click.IntRange(1),
    metavar="N",
    help="Grade so many versions of each student's; any number, if it is not given.",
)
@click.option(
    "--hidden-after",
    metavar="TIME",
    help="Do not show students before this time what hidden tests have found. A date alone counts "
    "to the end of that day, as in deadlines.toml.",
)
@jobs_option
@cluster_option
@isolation_option
@click.pass_context
@explained
def command(
    context: click.Context,
    assignments: Sequence[str],
    attempts: int | None,
    hidden_after: str | None,
    jobs: int,
    cluster: str | None,
    isolation: str,
) -> None:
    """Grade what is handed in for ASSIGNMENTS (all, if none is named) as soon as it appears.

    Watched are the submitted folder and, where the course has one, the inbound folder of nbgrader's
    exchange. A notebook that has arrived whole is graded as 'autograder grade' does; its grade is
    in the gradebook and its page among the feedback about a second later. The class is shown on
    watch/index.html, beside the autograded folder: open the file and leave it open.

    Ctrl-C ends it. What was not graded by then is graded when it is started again.

    \b
    Examples:
      autograder watch
      autograder watch loss_functions --jobs 4
      autograder watch loss_functions --attempts 3
      autograder watch loss_functions --hidden-after 2026-11-30T18:00
      autograder watch --cluster tls://10.0.0.1:8786
    """  # noqa: D301 - click wants the character
    from autograder.autograded.attempts import Policy
    from autograder.watch.alone import watching_alone
    from autograder.watch.board import ClassPage
    from autograder.watch.watch import Watch

    course = course_of(context)
    until = _moment(course, hidden_after)
    policy = Policy(attempts, until)
    for name in assignments:
        expect_assignment(course, name)
    shown = ""
    try:
        # A service manager ends it like Ctrl-C.
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
        context.call_on_close(partial(signal.signal, signal.SIGTERM, before))
        while True:
            names = tuple(assignments) or course.assignments()
            page = ClassPage(course, names, output_folder(course, "watch") / "index.html")
            with watching_alone(page.path.parent):
                if not shown:
                    shown = str(page.path)
                    say(f"The class: {shown}")
                    if until is not None:
                        say(f"What hidden tests find is shown after {until:%Y-%m-%d %H:%M %Z}.")
                with executor_of(
                    context, course, jobs, cluster, isolate=isolation == "sandbox"
                ) as executor:
                    watch = Watch(course, names, executor, policy, page, _tell)
                    with _stopped_by_signals(watch):
                        watch.run()
                    if watch.is_stopped:
                        raise KeyboardInterrupt  # so that what is under way is given up
            _tell("The configuration or an instructor edition has changed: all is read anew.")
            course = _reread(context)
    except KeyboardInterrupt:
        say("Ended. What is not graded yet is graded when this is started again.", err=True)
        sys.exit(0)


@contextmanager
def _stopped_by_signals(watch: Watch) -> Iterator[None]:
    """Have Ctrl-C, and a service manager, stop a watch where nothing is half done.

    An exception could strike while a lock is taken, for which a thread would then wait for ever. It
    is raised all the same before the watch has begun, and the second time.
    """

    def stop(number: int, frame: object) -> None:
        if watch.is_stopped or not watch.is_open:
            raise KeyboardInterrupt
        watch.stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _reread(context: click.Context) -> Course:
    """The course as it is now; a broken configuration is waited for until it is mended."""
    said = ""
    while True:
        try:
            return course_of(context)
        except CourseError as error:
            if str(error) != said:
                said = str(error)
                _tell(said)
            time.sleep(LOOK_AGAIN)


def _tell(line: str) -> None:
    say(f"{datetime.now().astimezone():%H:%M:%S} {line}")


def _moment(course: Course, text: str | None) -> datetime | None:
    if text is None:
        return None
    zone = zone_of(course)
    try:
        moment = moment_or_span(text, zone)
    except CourseError as error:
        raise click.BadParameter(str(error), param_hint="--hidden-after") from error
    if isinstance(moment, timedelta):
        raise click.BadParameter(
            f"{text!r} is a span; expected a time such as 2026-11-30T18:00",
            param_hint="--hidden-after",
        )
    return moment.astimezone(zone)
