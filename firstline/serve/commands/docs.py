"""``firstline docs``: pages that are made from the code."""

from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings
from rich.console import Console

from firstline.core.errors import Conflict
from firstline.core.settings import PROJECT_ROOT, Settings

app = typer.Typer(no_args_is_help=True, help="Pages that are made from the code.")

SETTINGS_PAGE = PROJECT_ROOT / "docs" / "settings.md"
_HEAD = """# Settings

Every setting has a default, so Firstline runs without any. Set one in the environment, or in a file `.env` in the
folder you start Firstline from; the environment wins. Default paths lie in the project's folder.

This page is made from `firstline/core/settings.py` by `firstline docs settings`; change the text there.

| Variable | Default | Values | What it does |
|---|---|---|---|
"""
_KINDS = {int: "whole number", float: "number", bool: "`true` or `false`", Path: "path", SecretStr: "secret"}
_BOUNDS = {"ge": "from {}", "gt": "above {}", "le": "to {}", "lt": "below {}"}


@app.callback()
def group() -> None:
    """Pages that are made from the code."""


@app.command()
def settings(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail when the page is out of date.")] = False,
) -> None:
    """Write docs/settings.md from the settings."""
    page = settings_page(Settings)
    if SETTINGS_PAGE.exists() and SETTINGS_PAGE.read_text("utf-8") == page:
        Console().print("docs/settings.md is up to date.")
        return
    if check:
        raise Conflict("docs/settings.md is out of date; run `firstline docs settings`.")
    SETTINGS_PAGE.write_text(page, "utf-8")
    Console().print("Wrote docs/settings.md.")


def settings_page(declared: type[BaseSettings]) -> str:
    """Return the page as Markdown: one row a setting, in the order of their declaration."""
    prefix = declared.model_config.get("env_prefix", "")
    return _HEAD + "".join(_row(prefix, name, field) for name, field in declared.model_fields.items())


def _row(prefix: str, name: str, field: FieldInfo) -> str:
    names = " or ".join(f"`{variable}`" for variable in _variables(prefix, name, field))
    return f"| {names} | {_default(field.default)} | {_values(field)} | {field.description or ''} |\n"


def _variables(prefix: str, name: str, field: FieldInfo) -> list[str]:
    own = f"{prefix}{name}".upper()
    alias = field.validation_alias
    others = [str(choice) for choice in alias.choices] if isinstance(alias, AliasChoices) else []
    return [own, *(other for other in others if other.isupper() and other != own)]


def _default(value: Any) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, Path) and value.is_relative_to(PROJECT_ROOT):
        value = value.relative_to(PROJECT_ROOT).as_posix()
    if isinstance(value, bool):
        value = str(value).lower()
    return "empty" if value == "" else f"`{value}`"


def _values(field: FieldInfo) -> str:
    kind = _KINDS.get(field.annotation, "text") if field.annotation else "text"
    if options := get_args(field.annotation):
        kind = ", ".join(f"`{option}`" for option in options)
    bounds = [
        words.format(limit)
        for name, words in _BOUNDS.items()
        for rule in field.metadata
        if (limit := getattr(rule, name, None)) is not None
    ]
    return " ".join([kind, *bounds])
