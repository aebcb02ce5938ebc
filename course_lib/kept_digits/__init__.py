"""The folder of every third of the handwritten digits, read by `course_lib.datasets.kept_digits`.

An assignment tries out on them what was handed in. While it is graded, students' code can read this
package as little as the reference solutions.
"""
