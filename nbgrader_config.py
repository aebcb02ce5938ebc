"""Where nbgrader and the autograder find this course, and what grading hides from students."""

import os
from pathlib import Path

c = get_config()  # noqa: F821 - nbgrader and the autograder provide it

root = Path(__file__).resolve().parent
if os.access(root, os.W_OK):
    (root / "grading").mkdir(exist_ok=True)  # SQLite does not make the folder of its file

c.CourseDirectory.course_id = "maximum-likelihood"
c.CourseDirectory.root = str(root)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks/assignments"
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
c.CourseDirectory.feedback_directory = "grading/feedback"
c.CourseDirectory.db_url = f"sqlite:///{root / 'grading' / 'gradebook.db'}"

# Reference solutions, ours and other people's: neither importable nor readable while grading.
c.Autograder.hidden_modules = ["scipy", "sklearn", "course_lib.likelihood", "course_lib.losses"]
c.Autograder.hidden_modules += ["course_lib.map_estimation", "course_lib.softmax"]
c.Autograder.hidden_modules += ["course_lib.information", "course_lib.exponential_families"]
