"""The page that compares graders under attack is up to date, and quoted as it is."""

from __future__ import annotations

import re
from pathlib import Path

from tests.attacks.attack import read_attacks

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "benchmarks" / "ATTACKS.md").read_text("utf-8")


def test_readme_quotes_the_summary() -> None:
    summary = PAGE[PAGE.index("| class |") : PAGE.index("\n\n## ")]
    assert summary.count("\n") == 10
    assert summary in (ROOT / "README.md").read_text("utf-8")


def test_what_attacks_deserve_there_is_what_they_deserve_in_the_tests() -> None:
    due = {
        (each.kind, each.name): "not gradable" if each.deserved is None else f"{each.deserved:g}"
        for each in read_attacks()
    }
    shown: dict[tuple[str, str], str] = {}
    for section in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]:
        kind = section.partition(":")[0].lower()
        rows = re.findall(r"^\| ([\w-]+) \|.*?(?<!\\)\| ([^|]+) \|", section, re.MULTILINE)
        shown |= {(kind, name): points for name, points in rows if name != "attack"}
    assert len(shown) > 200
    assert {key: due.get(key) for key in shown} == shown
