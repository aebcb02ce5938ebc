"""Grading at submission: what appears in a folder goes through the same batch as a class.

`Arrivals` tells what is there and whole, `Inbound` takes what students hand in through nbgrader's
exchange, `Watch` grades it, and `ClassPage` shows the class.
"""
