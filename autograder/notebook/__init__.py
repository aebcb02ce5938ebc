"""Notebook files as values: reading and writing them, their regions and names, and restoring."""
