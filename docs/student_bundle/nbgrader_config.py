"""What nbgrader has to know where the course is studied, not graded: its name, and its patience."""

c = get_config()  # noqa: F821 - nbgrader provides it

c.CourseDirectory.course_id = "maximum-likelihood"
# Validate waits this long for a cell, in seconds, and then says why it did not wait longer.
c.Execute.timeout = 10
ENDLESS = "This cell took longer than 10 seconds. Does a loop in your code never end?"
c.Execute.error_on_timeout = {
    "ename": "CellTimeoutError",
    "evalue": ENDLESS,
    "traceback": [ENDLESS],
}
