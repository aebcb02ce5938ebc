"""From what a learning platform lets one download to a course's folder of submissions."""

from autograder.collect.plan import Collected, Fate, collect, store

__all__ = ["Collected", "Fate", "collect", "store"]
