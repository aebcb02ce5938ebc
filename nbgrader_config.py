"""Where this course is, who grades it, and what grading hides from students."""

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
# nbgrader's own commands and formgrader's buttons grade and give feedback as ours do.
c.Autograde.exporter_class = "autograder.nbgrader_plugin.SandboxedExporter"
c.GenerateFeedback.exporter_class = "autograder.nbgrader_plugin.FeedbackExporter"
c.ExportApp.plugin_class = "autograder.nbgrader_plugin.CsvExporter"
# Reference solutions, ours and other people's: neither importable nor readable while grading.
ours = ["likelihood", "losses", "map_estimation", "softmax", "information"]
ours += ["exponential_families", "exercises"]
# What the assignments say is not there: whoever has it installed is told so by `autograder check`.
others = ["scipy", "sklearn", "pandas", "torch", "tensorflow", "jax", "sympy", "statsmodels"]
c.Autograder.hidden_modules = [*others, *(f"course_lib.{name}" for name in ours)]
# The students' `autograder check` is the whole grader, which knows what it looks for.
c.Autograder.meant_to_be_seen = [
    *(
        f"notebook/regions.py: the mark '### {end} SOLUTION'; check how it is spelt"
        for end in ("BEGIN", "END")
    ),
    "release/grades.py: it is a report on a class; keep it out of what students get",
]
