"""docs/commands.md names every command with its options, and every make target."""

import re
from collections.abc import Iterator
from typing import Any

import typer

from firstline.core.settings import PROJECT_ROOT
from firstline.serve.cli import app

PAGE = (PROJECT_ROOT / "docs" / "commands.md").read_text("utf-8")
SECTIONS = {
    match["name"]: match["text"]
    for match in re.finditer(r"^### `(?P<name>firstline [^`]+)`\n(?P<text>(?:(?!^#).*\n?)*)", PAGE, re.MULTILINE)
}


def commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    if below := getattr(command, "commands", None):
        for word, item in below.items():
            yield from commands(item, f"{name} {word}")
    else:
        yield name, command


COMMANDS = dict(commands(typer.main.get_command(app), "firstline"))


def test_every_command_is_documented_and_no_other() -> None:
    assert set(SECTIONS) == set(COMMANDS)


def test_every_option_is_documented_and_no_other() -> None:
    for name, command in COMMANDS.items():
        flags = {flag for item in command.params for flag in item.opts if item.param_type_name == "option"}
        rows = re.findall(r"^\| `(--?[a-z-]+)", SECTIONS.get(name, ""), re.MULTILINE)
        assert set(rows) == flags - {"--help"}, name


def test_every_argument_is_documented() -> None:
    for name, command in COMMANDS.items():
        for item in command.params:
            if item.param_type_name == "argument":
                shown = f"| `{(item.metavar or item.name or '').upper()}` |"
                assert shown in SECTIONS.get(name, ""), f"{name}: {shown}"


def test_every_make_target_is_documented_and_no_other() -> None:
    makefile = (PROJECT_ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    assert set(re.findall(r"^\| `make ([a-z-]+)` \|", PAGE, re.MULTILINE)) == targets
