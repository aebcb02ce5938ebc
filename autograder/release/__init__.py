"""What an instructor hands out: student editions, what is promised of them, and the bundle."""
