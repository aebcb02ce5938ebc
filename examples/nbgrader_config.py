"""The sample class as a course of its own: the same assignments, other submissions and grades.

autograder --course-dir examples grade loss_functions
"""

from pathlib import Path

c = get_config()  # noqa: F821 - nbgrader and the autograder provide it

repository = Path(__file__).resolve().parents[1]
load_subconfig(str(repository / "nbgrader_config.py"))  # noqa: F821 - as above

made = repository / "grading" / "demo"
made.mkdir(parents=True, exist_ok=True)
c.CourseDirectory.submitted_directory = "examples/class"
c.CourseDirectory.autograded_directory = "grading/demo/autograded"
c.CourseDirectory.feedback_directory = "grading/demo/feedback"
c.CourseDirectory.db_url = f"sqlite:///{made / 'gradebook.db'}"
