"""docs/settings.md is what the settings generate."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from typer.testing import CliRunner

from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.serve.commands import docs


def test_the_page_is_up_to_date() -> None:
    page = (PROJECT_ROOT / "docs" / "settings.md").read_text("utf-8")
    assert page == docs.settings_page(Settings), "run `firstline docs settings`"


def test_every_setting_has_a_help() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_a_row_names_variable_default_values_and_help() -> None:
    class Some(BaseSettings):
        model_config = SettingsConfigDict(env_prefix="X_")

        folder: Path = Field(PROJECT_ROOT / "var", description="A folder.")
        secret: SecretStr = Field(SecretStr(""), description="A secret.")
        share: float = Field(0.5, gt=0, le=1, description="A share.")
        mode: Literal["a", "b"] = Field("a", description="A mode.")
        loud: bool = Field(False, description="A switch.")

    assert docs.settings_page(Some).splitlines()[-5:] == [
        "| `X_FOLDER` | `var` | path | A folder. |",
        "| `X_SECRET` | empty | secret | A secret. |",
        "| `X_SHARE` | `0.5` | number above 0 to 1 | A share. |",
        "| `X_MODE` | `a` | `a`, `b` | A mode. |",
        "| `X_LOUD` | `false` | `true` or `false` | A switch. |",
    ]


def test_the_command_checks_without_writing() -> None:
    page = PROJECT_ROOT / "docs" / "settings.md"
    before = page.stat().st_mtime_ns
    assert CliRunner().invoke(docs.app, ["settings", "--check"]).exit_code == 0
    assert page.stat().st_mtime_ns == before
