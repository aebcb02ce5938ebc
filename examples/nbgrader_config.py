"""The sample class as a course of its own: the same assignments, other submissions and grades.

autograder --course-dir examples grade loss_functions
"""

from pathlib import Path

c = get_config()  # noqa: F821 - nbgrader and the autograder provide it

here = Path(__file__).resolve().parent
repository = here.parent
load_subconfig(str(repository / "nbgrader_config.py"))  # noqa: F821 - as above

made = repository / "grading" / "demo"
made.mkdir(parents=True, exist_ok=True)
c.CourseDirectory.root = str(here)  # else nbgrader reads the repository's configuration last
c.CourseDirectory.source_directory = str(repository / "solutions")
c.CourseDirectory.release_directory = str(repository / "notebooks" / "assignments")
c.CourseDirectory.submitted_directory = "class"
c.CourseDirectory.autograded_directory = str(made / "autograded")
c.CourseDirectory.feedback_directory = str(made / "feedback")
c.CourseDirectory.db_url = f"sqlite:///{made / 'gradebook.db'}"
