from typing import Any

import pytest
from django.core.management import get_commands
from django.core.management.base import BaseCommand, CommandError

from headwater.cli import main
from headwater.kit.errors import Refused


class Speaking(BaseCommand):
    help = "Say something."

    def handle(self, *args: Any, **options: Any) -> None:
        raise NotImplementedError


def code_of(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main.main(arguments)
    return int(ended.value.code or 0)


def test_an_unknown_command_is_misuse_and_says_where_to_look(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = code_of("fly")

    assert code == 2
    assert capsys.readouterr().err == "There is no command fly. `headwater help` lists them.\n"


def test_a_missing_argument_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    code = code_of("restore")

    assert code == 2
    assert "the following arguments are required: file" in capsys.readouterr().err


@pytest.mark.parametrize(("raised", "expected"), [(Refused("No."), 1), (CommandError("No."), 2)])
def test_what_a_command_raises_becomes_its_exit_code(
    raised: Exception,
    expected: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse(name: str, arguments: list[str]) -> None:
        raise raised

    monkeypatch.setattr(main, "call", refuse)

    assert code_of("doctor") == expected
    assert capsys.readouterr().err == "No.\n"


def test_help_lists_each_of_our_commands_on_a_line_with_what_it_is_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = code_of("help")

    lines = dict(line.split("\t") for line in capsys.readouterr().out.splitlines())
    ours = {
        name.replace("_", "-")
        for name, room in get_commands().items()
        if str(room).startswith("headwater.")
    }
    assert code == 0
    assert set(lines) == ours | {"migrate"}
    assert all(lines.values())
