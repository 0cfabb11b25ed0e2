"""The house as its files say it is: rooms in their order, modules, templates."""

import ast
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "headwater"


@cache
def floors() -> dict[str, int]:
    """Each room's floor, the lowest 0, as the import contract in pyproject.toml gives it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = project["tool"]["importlinter"]["contracts"]
    layers = next(c for c in contracts if c.get("containers") == ["headwater"])["layers"]
    return {
        room.strip(): floor
        for floor, layer in enumerate(reversed(layers))
        for room in layer.split("|")
    }


def may_know(room: str, other: str) -> bool:
    return room == other or floors()[other] < floors()[room]


def room_of(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def modules() -> list[Path]:
    """The Python files of the rooms, without their tests and migrations."""
    return [
        path
        for path in sorted(HOUSE.glob("*/**/*.py"))
        if not {"tests", "migrations", "__pycache__"} & set(path.relative_to(HOUSE).parts)
    ]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(node: ast.AST) -> list[str]:
    """The dotted names that an import statement brings in, each as far as it is written."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


@cache
def templates(*suffixes: str) -> list[Path]:
    return [
        path
        for path in sorted(HOUSE.glob("*/templates/**/*"))
        if path.suffix in (suffixes or (".html",))
    ]
