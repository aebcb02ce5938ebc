"""What an idiom is, and texts that several of them use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Idiom:
    """One way to write a test: an answer that passes it, and a mistake that does not.

    ``setup`` is an instructor's cell between answer and test; ``earlier`` is a test cell before it.
    """

    name: str
    answer: str
    mistake: str
    test: str
    setup: str = ""
    earlier: str = ""


SQUARES = """\
def squares(n):
    if n < 1: raise ValueError("n must be >= 1")
    return [i ** 2 for i in range(1, n + 1)]
"""
ACCOUNT = """\
class Account:
    def __init__(self, balance=0): self.balance = balance
    def deposit(self, amount): self.balance += amount; return self
    def __len__(self): return 2
    def __eq__(self, other): return self.balance == other.balance
"""
IMPORT = "import numpy as np\n"
