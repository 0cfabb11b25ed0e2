"""The words of the ledger: every verb is a room's own, says what was done, and is said once."""

import ast
from importlib import import_module

from headwater.ledger.verbs import declared
from tests.house import HOUSE, floors, modules, named, room_of, tree

IRREGULAR = {
    "begun", "bought", "brought", "built", "came", "chosen", "done", "drawn", "found", "given", "gone",
    "heard", "held", "hidden", "kept", "left", "lost", "made", "met", "paid", "put", "read", "said", "seen",
    "sent", "set", "shown", "sold", "spent", "spoken", "taken", "thought", "thrown", "told", "took", "undone", "won",
    "withdrawn", "written",
}  # fmt: skip


def declare_all() -> None:
    for path in HOUSE.glob("*/verbs.py"):
        import_module(f"headwater.{path.parent.name}.verbs")


def test_every_verb_is_in_the_past_tense() -> None:
    declare_all()

    present = [
        name
        for name in declared
        if not any(
            word.endswith("ed") or word in IRREGULAR for word in name.split(".")[1].split("_")
        )
    ]

    assert present == []


def test_every_verb_is_the_rooms_own_or_the_staffs() -> None:
    declare_all()

    assert {name.split(".")[0] for name in declared} - {"staff"} <= set(floors())


def test_a_room_declares_only_its_own_verbs() -> None:
    strangers = [
        f"{named(path)} declares {node.args[0].value!r}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "declare"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and str(node.args[0].value).split(".")[0] not in {room_of(path), "staff"}
    ]

    assert strangers == []
