"""Attacks that replace parts of the candidate name parts that are there.

An attack on a module that has been renamed would end in an ImportError, and would still earn what
it deserves.
"""

from __future__ import annotations

import ast
import importlib
import io
from collections.abc import Iterator
from typing import Any

import pytest

from autograder.candidate.endpoint import CandidateEndpoint
from autograder.wire import Channel, Conversation
from tests.attacks.attack import Attack, read_attacks

ATTACKS = [pytest.param(attack, id=attack.student) for attack in read_attacks()]


@pytest.fixture(scope="module")
def parts() -> dict[str, object]:
    """What attacks patch, by the names that they have for it."""
    shell: Any = None  # which nothing here uses
    endpoint = CandidateEndpoint(shell)
    channel = Channel(io.BytesIO(), io.BytesIO())
    endpoint.conversation = Conversation(channel, endpoint)
    return {
        "CandidateEndpoint": CandidateEndpoint,
        "end": endpoint,
        "conversation": endpoint.conversation,
        "channel": channel,
    }


def nodes(attack: Attack) -> Iterator[ast.AST]:
    for source in (*attack.own.values(), *attack.answer.values()):
        try:
            yield from ast.walk(ast.parse(source))
        except SyntaxError:  # that is the attack, or a magic is
            continue


def is_there(module: str, name: str) -> bool:
    try:
        if hasattr(importlib.import_module(module), name):
            return True
        importlib.import_module(f"{module}.{name}")
    except ImportError:
        return False
    return True


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_an_attack_imports_from_the_grader_is_there(attack: Attack) -> None:
    named = [
        (node.module, alias.name)
        for node in nodes(attack)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("autograder")
        for alias in node.names
    ]
    assert [name for name in named if not is_there(*name)] == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_an_attack_patches_is_there(attack: Attack, parts: dict[str, Any]) -> None:
    named = [
        (node.value.id, node.attr)
        for node in nodes(attack)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    ]
    patched = [(part, name) for part, name in named if part in parts]
    assert [(part, name) for part, name in patched if not hasattr(parts[part], name)] == []
