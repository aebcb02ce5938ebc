"""What nbgrader has to know of the course where it is studied, not graded: its name."""

c = get_config()  # noqa: F821 - nbgrader provides it

c.CourseDirectory.course_id = "maximum-likelihood"
