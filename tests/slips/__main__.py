"""Write the tables of mistakes that the visible examples are looked up in: python -m tests.slips.

With names of assignments, those alone. With --wrong, only the tables of the functions that are
written down as a whole, which takes a moment.
"""

from __future__ import annotations

import sys

from course_lib.diagnosis.slips import FOLDER
from tests.slips import wrong
from tests.slips.tables import ASSIGNMENTS, as_text, examples

names = [each for each in sys.argv[1:] if each != "--wrong"] or ASSIGNMENTS
for assignment in names:
    for each in wrong.written(assignment) if assignment in wrong.ASSIGNMENTS else ():
        (FOLDER / "wrong" / f"{each.name}.json").write_text(each.table(), encoding="utf-8")
        print(f"{each.name}: {len(each.wrong)} written down")
    for example in examples(assignment) if "--wrong" not in sys.argv else ():
        table = example.table()
        text = as_text(table)
        (FOLDER / f"{example.name}.json").write_text(text, encoding="utf-8")
        print(f"{example.name}: {len(table['slips'])} mistakes, {len(text) // 1000} kB")
