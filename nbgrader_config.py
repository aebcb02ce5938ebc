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
# Reference solutions, ours and other people's, and the digits that a classifier is tried out on:
# neither importable nor readable while grading.
ours = ["likelihood", "losses", "map_estimation", "softmax", "information"]
ours += ["exponential_families", "exercises", "kept_digits"]
c.Autograder.hidden_modules = ["scipy", "sklearn", *(f"course_lib.{name}" for name in ours)]
