"""CONTRIBUTING.md and the README's map keep up with the project."""

import re
import tomllib

from firstline.core.settings import PROJECT_ROOT

CONTRIBUTING = (PROJECT_ROOT / "CONTRIBUTING.md").read_text("utf-8")
README = (PROJECT_ROOT / "README.md").read_text("utf-8")
PYPROJECT = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text("utf-8"))


def test_every_test_marker_is_explained_and_no_other() -> None:
    markers = {line.partition(":")[0] for line in PYPROJECT["tool"]["pytest"]["ini_options"]["markers"]}
    assert set(re.findall(r"^\| `(\w+)` \| ", CONTRIBUTING, re.MULTILINE)) == markers


def test_the_order_of_imports_is_the_one_that_is_checked() -> None:
    (layers,) = [rule["layers"] for rule in PYPROJECT["tool"]["importlinter"]["contracts"] if rule["type"] == "layers"]
    written = re.search(r"\*\*Imports go down only\*\*: ([^.]+)\.", CONTRIBUTING)
    assert written
    said = [{part.strip() for part in layer.split(",")} for layer in written[1].split(">")]
    assert said == [{part.strip().removeprefix("firstline.") for part in layer.split("|")} for layer in layers]


def test_the_map_names_every_part_of_the_package() -> None:
    row = re.search(r"^\| `firstline/` \| the app: (.+) \|$", README, re.MULTILINE)
    assert row
    parts = {path.parent.name for path in (PROJECT_ROOT / "firstline").glob("*/__init__.py")}
    assert set(row[1].split(", ")) == parts
