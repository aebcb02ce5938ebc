"""Grades nbgrader notebooks without trusting them: tests run outside the student's process.

One submission's way through the packages::

    course (read) -> notebook (parse, restore) -> grading (plan, run) -> workers
    -> candidate <-> examiner -> grading (score) -> autograded, gradebook -> feedback

``docs/architecture.md`` is the map.

The package knows nothing of any particular course.
"""
