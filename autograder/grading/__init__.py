"""Grades one submission: from its bytes to a result, through a slot of warm processes."""
