"""nbgrader's gradebook: the only place where the autograder touches it.

Grades are written with SQLAlchemy into the tables that nbgrader made, not through
``nbgrader.api.Gradebook``, for two reasons. nbgrader commits after every cell, so that a kill in
between leaves half a submission; here one submission is one transaction. And importing nbgrader
takes 3 to 4 seconds, SQLAlchemy's core half a second. nbgrader itself is imported only to create a
new gradebook and to ask its late-penalty plugin about a late submission.

SQLAlchemy's core suffices, without its object-relational mapper: the tables are read from the
database (`database`), and a function here does to them what one of nbgrader's preprocessors does
(`registration`, `recording`).
"""

from autograder.gradebook.gradebook import Gradebook

__all__ = ["Gradebook"]
