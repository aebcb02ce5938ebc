"""Grades nbgrader notebooks without trusting them: tests run outside the student's process.

One submission's way, in the order of the packages::

    notebook (read, restore) -> plan -> candidate <-> examiner -> grading (score)
    -> gradebook -> feedback

The package knows nothing of any particular course.
"""
