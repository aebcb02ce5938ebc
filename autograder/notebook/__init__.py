"""Submitted and instructor notebooks: reading, restoring, and what a release is made of."""
