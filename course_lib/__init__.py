"""Reference implementations for the course on maximum likelihood and logistic regression.

Import the module you need, for instance ``from course_lib import losses``. The package itself
imports nothing: while a submission is graded the reference modules are hidden, and the others
(`checks`, `gradients`, `datasets`, `figures`) must still load.
"""
