"""Write the tables of mistakes that the visible examples are looked up in: python -m tests.slips.

With names of assignments, those alone.
"""

from __future__ import annotations

import sys

from course_lib.diagnosis.slips import FOLDER
from tests.slips.tables import ASSIGNMENTS, as_text, examples

for assignment in sys.argv[1:] or ASSIGNMENTS:
    for example in examples(assignment):
        table = example.table()
        text = as_text(table)
        (FOLDER / f"{example.name}.json").write_text(text, encoding="utf-8")
        print(f"{example.name}: {len(table['slips'])} mistakes, {len(text) // 1000} kB")
