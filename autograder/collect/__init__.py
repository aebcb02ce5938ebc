"""From what a learning platform lets one download to a course's folder of submissions.

`plan_collection` decides for each student what is to be done with the files, and `store` does it.
"""

from autograder.collect.plan import plan_collection
from autograder.collect.planned import Action, PlannedSubmission
from autograder.collect.store import store

__all__ = ["Action", "PlannedSubmission", "plan_collection", "store"]
