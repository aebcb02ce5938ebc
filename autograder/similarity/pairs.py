"""The pairs of submissions of an assignment that share what few others have."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from autograder.course.directory import Course
from autograder.course.parties import parties
from autograder.course.source import SourceNotebook, load_source
from autograder.course.submissions import read_submission
from autograder.errors import UnreadableSubmission
from autograder.notebook.cells import Cell, Notebook
from autograder.notebook.read import read_notebook
from autograder.similarity.fingerprints import MOST_CHARACTERS, Passage, passages_of
from autograder.similarity.same import Own, own_of, same_notebooks

#: What more submissions have than this share of all, and this number, is a usual solution.
USUAL_SHARE = 0.1
USUAL_NUMBER = 3
#: Shared fingerprints below which a pair says nothing: three lines can be alike by chance.
FEWEST_SHARED = 25
#: The share of the smaller one's unusual text that has to be in the other one as well.
LEAST_SHARE = 0.5


@dataclass(frozen=True)
class Work:
    """What one student has written for an assignment.

    ``party`` is the number of the group, or of the student alone. ``own`` is what of each notebook
    is not the instructor's.
    """

    student: str
    passages: tuple[Passage, ...]
    party: int = 0
    own: tuple[Own, ...] = ()

    @cached_property
    def fingerprints(self) -> frozenset[int]:
        return frozenset(each for passage in self.passages for each in passage.fingerprints)


@dataclass(frozen=True)
class Pair:
    """Two works that are alike.

    ``share`` tells how much of the unusual text of the one that has less of it is in the other one,
    from 0 to 1. ``same`` names the notebooks that are word for word the same in what is not the
    instructor's.
    """

    first: Work
    second: Work
    share: float
    same: tuple[str, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """What came of comparing all submissions of an assignment with each other.

    Attributes
    ----------
    pairs
        Those that are alike, the most alike first.
    unusual
        The fingerprints that count: of neither the instructor nor many.
    compared
        How many submissions had something to compare.
    left_out
        What was not compared, or in part only, by student, and why.
    """

    assignment: str
    pairs: Sequence[Pair]
    unusual: frozenset[int]
    compared: int
    left_out: Mapping[str, str]

    def shared(self, pair: Pair) -> frozenset[int]:
        """The unusual fingerprints that both have."""
        return pair.first.fingerprints & pair.second.fingerprints & self.unusual


def usual_number(submissions: int) -> int:
    """How many of so many submissions may have a text before it is a usual solution."""
    return max(USUAL_NUMBER, int(USUAL_SHARE * submissions))


def compare(course: Course, assignment: str) -> Comparison:
    """Compare all submissions of an assignment with each other. No code of theirs is run.

    Raises
    ------
    CourseError
        A source notebook of the assignment cannot be used.
    """
    sources = [load_source(course, assignment, name) for name in course.notebooks(assignment)]
    explained = {each for source in sources for each in _explained(source)}
    works: list[Work] = []
    left_out: dict[str, str] = {}
    for party, student in _handed_in(course, assignment):
        submission = read_submission(course, assignment, student)
        passages: list[Passage] = []
        own: list[Own] = []
        nothing = "it holds no notebook of the assignment"
        for source in sources:
            if source.name in submission.unreadable:
                left_out[student] = submission.unreadable[source.name]
            if (data := submission.notebooks.get(source.name)) is None:
                continue
            try:
                limit = course.settings.limits.notebook_bytes
                notebook = read_notebook(data, max_bytes=limit)
            except UnreadableSubmission as error:
                left_out[student] = str(error)
                continue
            nothing = "nothing in it differs from what was handed out"
            cells = _students_cells(notebook, source)
            passages += passages_of(source.name, cells)
            if cells:
                own.append(own_of(source, cells, data))
            if sum(len(cell.source) for cell in cells) > MOST_CHARACTERS:
                left_out[student] = f"it has more than {MOST_CHARACTERS:,} characters in a notebook"
        if passages or own:
            works.append(Work(student, tuple(passages), party, tuple(own)))
        else:
            left_out.setdefault(student, nothing)
    holders = _holders_of_unusual(works, explained)
    pairs = _with_same(
        works, same_notebooks(works, usual_number(len(works))), _alike(works, holders)
    )
    return Comparison(assignment, pairs, frozenset(holders), len(works), left_out)


def _handed_in(course: Course, assignment: str) -> Iterator[tuple[int, str]]:
    """The names of folders with work, with the number of the party that it counts for."""
    found = enumerate(parties(course, assignment, course.students(assignment)))
    return ((number, folder) for number, party in found for folder in party.folders)


def _with_same(
    works: Sequence[Work], same: Mapping[tuple[int, int], tuple[str, ...]], alike: Iterable[Pair]
) -> list[Pair]:
    """The pairs with a notebook in common, then the others; none within a group."""
    number = {work.student: at for at, work in enumerate(works)}
    others = {(number[pair.first.student], number[pair.second.student]): pair for pair in alike}
    first = [
        Pair(works[one], works[two], others[one, two].share if (one, two) in others else 1.0, names)
        for (one, two), names in sorted(same.items())
    ]
    rest = [pair for numbers, pair in others.items() if numbers not in same]
    return [pair for pair in (*first, *rest) if pair.first.party != pair.second.party]


def _explained(source: SourceNotebook) -> Iterator[int]:
    """The fingerprints of what students were given, and of the instructor's own solution."""
    given = [Cell(cell.cell_type, source.released[cell.grade_id])
             for cell in source.notebook.cells if cell.grade_id]  # fmt: skip
    for cells in (source.notebook.cells, given):
        for passage in passages_of(source.name, cells):
            yield from passage.fingerprints


def _students_cells(notebook: Notebook, source: SourceNotebook) -> list[Cell]:
    """The cells that are neither empty nor word for word the instructor's."""
    given = {""} | {cell.source.strip() for cell in source.notebook.cells}
    given |= {text.strip() for text in source.released.values()}
    return [cell for cell in notebook.cells if cell.source.strip() not in given]


def _holders_of_unusual(
    works: Sequence[Work], explained: Iterable[int]
) -> dict[int, tuple[int, ...]]:
    """The fingerprints that are not usual, each with the numbers of the works that have it."""
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for number, work in enumerate(works):
        for each in work.fingerprints:
            holders[each].append(number)
    for each in explained:
        holders.pop(each, None)
    most = usual_number(len(works))
    return {each: tuple(numbers) for each, numbers in holders.items() if len(numbers) <= most}


def _alike(works: Sequence[Work], holders: Mapping[int, tuple[int, ...]]) -> Iterator[Pair]:
    # Many fingerprints have the same holders: those of a long text that was copied.
    groups = Counter(holders.values())
    sizes: Counter[int] = Counter()
    together: Counter[tuple[int, int]] = Counter()
    for numbers, count in groups.items():
        for number in numbers:
            sizes[number] += count
        for pair in combinations(numbers, 2):
            together[pair] += count
    found = [
        (count / min(sizes[first], sizes[second]), count, first, second)
        for (first, second), count in together.items()
        if count >= FEWEST_SHARED
    ]
    for share, _, first, second in sorted(found, reverse=True):
        if share >= LEAST_SHARE:
            yield Pair(works[first], works[second], share)
