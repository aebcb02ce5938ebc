"""What the commands about assignments are told."""

from __future__ import annotations

import argparse

from tests.mutants.answers import ASSIGNMENTS


def read_arguments(prog: str, about: str | None, flag: str, meaning: str) -> argparse.Namespace:
    """The assignments (all, if none is named), a seed, and the one flag that a command has."""
    parser = argparse.ArgumentParser(
        prog=prog, description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("assignment", nargs="*", default=ASSIGNMENTS, metavar="ASSIGNMENT")
    parser.add_argument(flag, action="store_true", help=meaning)
    parser.add_argument("--seed", type=int, default=20, help="of the tests' random inputs")
    arguments = parser.parse_args()
    if unknown := set(arguments.assignment) - set(ASSIGNMENTS):
        parser.error(f"there is no assignment {sorted(unknown)}; there are {ASSIGNMENTS}")
    return arguments
