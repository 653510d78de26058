"""docs/bot.md names every skill, intent, module and variable of the bot."""

import re
from pathlib import Path

import yaml

from firstline.core.settings import PROJECT_ROOT

PAGE = (PROJECT_ROOT / "docs" / "bot.md").read_text("utf-8")
BOT, RULES = PROJECT_ROOT / "bot", PROJECT_ROOT / "training_data" / "rules"
NO_SKILL = "conversation"
SKILLS = {
    name: set(re.findall(r"`(\w+)`", intents))
    for name, intents in re.findall(r"^\| `(\w+)` \| (`[^|]+) \| ", PAGE.partition("## Skills")[2], re.MULTILINE)
}


def intents_of(path: Path) -> set[str]:
    return set(yaml.safe_load(path.read_text("utf-8")).get("intents", []))


def test_every_skill_stands_in_the_page_with_its_intents() -> None:
    domain = {path.stem: intents_of(path) for path in (BOT / "domain").glob("*.yml") if path.stem != NO_SKILL}
    assert domain == SKILLS
    assert {path.stem for path in RULES.glob("*.yml")} == set(SKILLS)
    assert f"bot/domain/{NO_SKILL}.yml" in PAGE


def test_every_module_stands_in_the_page_and_no_other() -> None:
    modules = {path.name for path in (BOT / "firstline_bot").glob("*.py")} - {"__init__.py", "__main__.py"}
    table = PAGE.partition("## Components")[2].partition("\n## ")[0]
    assert set(re.findall(r"`(\w+\.py)`", table)) == modules


def test_every_environment_variable_stands_in_the_page_and_no_other() -> None:
    files = [*(BOT / "firstline_bot").glob("*.py"), *BOT.glob("*.yml")]
    used = {name for path in files for name in re.findall(r"\bFIRSTLINE_[A-Z_]+\b", path.read_text("utf-8"))}
    table = PAGE.partition("## Environment variables")[2]
    assert set(re.findall(r"^\| `(FIRSTLINE_[A-Z_]+)`", table, re.MULTILINE)) == used
