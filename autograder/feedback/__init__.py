"""Feedback for students: one page per notebook that teaches, leaks nothing and runs nothing."""
