"""Feedback for students: one page per notebook that teaches, leaks nothing and runs nothing."""

from autograder.feedback.page import render_page

__all__ = ["render_page"]
