"""From what a learning platform lets one download to a course's folder of submissions."""

from autograder.collect.plan import Action, Collected, collect, store

__all__ = ["Action", "Collected", "collect", "store"]
