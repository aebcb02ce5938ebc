"""What a grading leaves beside the gradebook: the graded notebook and the grader's record of it."""
