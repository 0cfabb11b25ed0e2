"""Every slug that modules of the sums can put into an answer, read from their text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

NAMED = {"Change", "Check"}


def slugs(modules: list[ModuleType]) -> set[str]:
    """Names of changes and checks, and all members of tuples of assumptions."""
    found: set[str] = set()
    for module in modules:
        tree = ast.parse(Path(str(module.__file__)).read_text())
        found |= {slug for node in ast.walk(tree) for slug in _of(node, tree)}
    return found


def _of(node: ast.AST, tree: ast.Module) -> Iterator[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id in NAMED:
            name = node.args[0]
            yield from _texts(name) if isinstance(name, ast.Constant) else _assigned(name, tree)
        if node.func.id == "_named":
            yield from (keyword.arg for keyword in node.keywords if keyword.arg)
    if isinstance(node, ast.Assign) and node in tree.body and isinstance(node.value, ast.Tuple):
        yield from _texts(node.value)


def _assigned(name: ast.expr, tree: ast.Module) -> Iterator[str]:
    """What a name in lower case is set to; both ways of an `if`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and ast.dump(node.targets[0]) == ast.dump(
            ast.Name(getattr(name, "id", ""), ast.Store())
        ):
            ways = [node.value]
            if isinstance(node.value, ast.IfExp):
                ways = [node.value.body, node.value.orelse]
            for way in ways:
                yield from _texts(way)


def _texts(node: ast.AST) -> Iterator[str]:
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    for part in parts:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value
