"""What people decide while a term runs: deadlines, what lateness costs, which questions count."""
