"""The course folder: its configuration, source notebooks, submissions and kernels."""
