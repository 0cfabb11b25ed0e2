"""The house rules that imports alone cannot show. Each test names what broke which rule."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db import models

from headwater.people.models import Person
from tests.house import HOUSE, ROOT, floors, imported, may_know, modules, named, room_of, tree

SHELLS = {"config", "portal", "studio", "api"}
PRIVATE = {"portal", "studio", "api", "forms", "tasks", "urls"}
SAYS_NOTHING = {
    "utils", "helpers", "common", "services", "managers", "selectors", "base", "misc",
}  # fmt: skip


def our_models() -> Iterator[tuple[str, type[models.Model]]]:
    for config in apps.get_app_configs():
        if config.name.startswith("headwater."):
            room = config.name.split(".")[1]
            yield from ((room, model) for model in config.get_models(include_auto_created=True))


def relations(model: type[models.Model]) -> Iterator[type[models.Model]]:
    for field in model._meta.get_fields():
        concrete = field.concrete or isinstance(field, models.ManyToManyField)
        if field.is_relation and concrete and isinstance(field.related_model, type):
            yield field.related_model


def room_of_model(model: type[models.Model]) -> str:
    parts = model.__module__.split(".")
    return parts[1] if parts[0] == "headwater" else ""


def test_foreign_keys_point_down_or_stay_in_the_room() -> None:
    upward = [
        f"{room}.{model.__name__} -> {target.__module__}.{target.__name__}"
        for room, model in our_models()
        for target in relations(model)
        if (other := room_of_model(target)) and not may_know(room, other)
    ]

    assert upward == []


def test_every_room_has_its_floor() -> None:
    rooms = {path.parent.name for path in HOUSE.glob("*/__init__.py")}

    assert rooms == set(floors())


def test_no_room_reaches_into_the_web_of_another() -> None:
    reaching = [
        f"{named(path)} imports {name}"
        for path in modules()
        if (room := room_of(path)) not in SHELLS
        for node in ast.walk(tree(path))
        for name in imported(node)
        if (parts := name.split("."))[0] == "headwater"
        and len(parts) > 2
        and parts[1] not in {room, "ui"}
        and parts[2] in PRIVATE
    ]

    assert reaching == []


def test_a_room_that_keeps_rows_about_people_can_export_and_erase_them() -> None:
    missing = []
    for room in sorted({room for room, model in our_models() if reaches_person(model)}):
        path = HOUSE / room / "personal.py"
        defined = functions(path) if path.exists() else {}
        if defined.get("export") != ["person"] or defined.get("erase") != ["person", "at"]:
            missing.append(f"{room}/personal.py: export(person) and erase(person, at)")

    assert missing == []


def test_personal_py_speaks_of_each_model_that_points_at_a_person() -> None:
    """By the model's name or the name it is reached by, if only to say why a row is kept.

    Keys that protect name who on the staff did something: those rows are the house's own record.
    """
    unspoken = []
    for room, model in our_models():
        path = HOUSE / room / "personal.py"
        if not path.exists() or model._meta.auto_created or model is Person:
            continue
        keys = [
            field.remote_field
            for field in model._meta.fields
            if field.related_model is Person
            and field.remote_field
            and field.remote_field.on_delete is not models.PROTECT
        ]
        names = {key.related_name or f"{model._meta.model_name}_set" for key in keys}
        names.add(model.__name__)
        source = path.read_text(encoding="utf-8")
        if keys and not any(re.search(rf"\b{re.escape(name)}\b", source) for name in names):
            unspoken.append(f"{room}.{model.__name__}")

    assert unspoken == []


def reaches_person(model: type[models.Model], seen: frozenset[object] = frozenset()) -> bool:
    """Whether following this model's own keys within its room leads to Person."""
    return any(
        target is Person
        or (
            target not in seen
            and room_of_model(target) == room_of_model(model)
            and reaches_person(target, seen | {model})
        )
        for target in relations(model)
    )


def functions(path: Path) -> dict[str, list[str]]:
    return {
        node.name: [argument.arg for argument in node.args.args]
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef)
    }


def test_settings_stay_on_a_few_screens() -> None:
    lines = (HOUSE / "config" / "settings.py").read_text().count("\n")

    assert lines <= 250


def test_files_have_names_that_say_something() -> None:
    files = [path for path in ROOT.glob("headwater/**/*.py") if "management" not in path.parts]

    assert [named(path) for path in files if path.stem in SAYS_NOTHING] == []


def test_models_are_imported_and_not_looked_up() -> None:
    looked_up = [
        f"{named(path)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr == "get_model"
        and isinstance(node.value, ast.Name)
        and node.value.id == "apps"
    ]

    assert looked_up == []


def test_an_import_inside_a_function_has_its_reason_beside_it() -> None:
    bare = []
    for path in modules():
        lines = path.read_text(encoding="utf-8").splitlines()
        for function in ast.walk(tree(path)):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                bare += [
                    f"{named(path)}:{node.lineno}"
                    for node in ast.walk(function)
                    if isinstance(node, ast.Import | ast.ImportFrom) and not has_reason(lines, node)
                ]

    assert sorted(set(bare)) == []


def has_reason(lines: list[str], node: ast.Import | ast.ImportFrom) -> bool:
    """A comment on the import, or above the block of imports that it stands in."""
    if any("#" in line for line in lines[node.lineno - 1 : node.end_lineno]):
        return True
    above = node.lineno - 2
    while re.match(r"\s*(from|import)\s", lines[above]):
        above -= 1
    return "#" in lines[above]


def test_migrations_are_named_for_what_they_do() -> None:
    nameless = [named(path) for path in HOUSE.glob("*/migrations/*_auto_*.py")]

    assert nameless == []
