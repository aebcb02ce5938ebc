"""The command line: ``autograder COMMAND``."""

from autograder.cli.main import main

__all__ = ["main"]
