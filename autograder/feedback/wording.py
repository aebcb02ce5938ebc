"""How outcomes are told to students: in words, with a symbol, never by colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.results import Outcome


@dataclass(frozen=True)
class Wording:
    """``tone`` chooses the colour; ``explanation`` stands where the test itself says nothing."""

    symbol: str
    title: str
    tone: str
    explanation: str


WORDINGS = {
    Outcome.PASSED: Wording("✓", "Passed", "good", "Everything that was checked is right."),
    Outcome.PARTIAL: Wording(
        "◐", "Partly right", "some", "Some of what was checked is right, and some is not yet."
    ),
    Outcome.FAILED: Wording(
        "✗",
        "Not yet right",
        "bad",
        "Your code ran, but its result is not the expected one. Try it on a case so small that "
        "you know the answer.",
    ),
    Outcome.ERROR: Wording(
        "!",
        "Stopped by an error",
        "bad",
        "Your code raised an error while it was being tested. Restart the kernel, run all cells "
        "and look at the first one that fails.",
    ),
    Outcome.TIMEOUT: Wording(
        "∞",
        "Took too long",
        "bad",
        "Your code did not finish in time. Look for a loop that never ends, or one that can be "
        "replaced by an array operation.",
    ),
    Outcome.CRASHED: Wording(
        "⚡",
        "Python stopped",
        "bad",
        "The Python process ended while your code was being tested, as it does when it runs out "
        "of memory or is told to exit. The other questions were graded without this one.",
    ),
    Outcome.MISSING: Wording(
        "?",
        "Not found",
        "bad",
        "A name that the test needs is not defined. Was the function renamed, or its cell deleted?",
    ),
    Outcome.NO_RESPONSE: Wording(
        "○", "No answer", "bad", "The cell for your answer was left as it was handed out."
    ),
    Outcome.MANUAL: Wording(
        "…", "Waiting for grading", "wait", "A person reads and grades this answer."
    ),
    Outcome.GRADER_ERROR: Wording(
        "↻",
        "Could not be tested",
        "wait",
        "The test itself had a problem. That is not your fault and costs you nothing: a person "
        "will grade this question.",
    ),
}

GRADED_BY_HAND = Wording("✎", "Graded by a person", "hand", "")
