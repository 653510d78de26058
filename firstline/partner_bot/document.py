"""A partner's YAML file with the line of every value, and what is wrong in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Level = Literal["error", "warn"]


@dataclass(frozen=True)
class Finding:
    """One thing to mend, or to know of, at a line of a file of the partner's folder."""

    level: Level
    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.level}: {self.message}"


@dataclass
class Document:
    """One file: its root (``None`` when it is empty or can't be read), and the findings gathered so far."""

    name: str
    root: Node | None = None
    findings: list[Finding] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path, name: str) -> "Document":
        """Read ``path``; what is no YAML becomes a finding. ``name`` stands for the file in findings."""
        document = cls(name)
        try:
            document.root = YAML(typ="safe", pure=True).compose(path.read_text("utf-8"))
        except MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            document.error(line, f"this is no valid YAML: {error.problem or error.context}")
        except (YAMLError, UnicodeDecodeError, OSError, ValueError, RecursionError) as error:
            document.error(1, f"the file can't be read: {' '.join(str(error).split())}")
        return document

    @property
    def broken(self) -> bool:
        """Whether anything found is an error."""
        return any(finding.level == "error" for finding in self.findings)

    def error(self, at: Node | int, message: str) -> None:
        """Note an error at a node's line, or at a line."""
        self._note("error", at, message)

    def warn(self, at: Node | int, message: str) -> None:
        """Note a warning."""
        self._note("warn", at, message)

    def _note(self, level: Level, at: Node | int, message: str) -> None:
        line = at if isinstance(at, int) else at.start_mark.line + 1
        self.findings.append(Finding(level, self.name, line, message))

    def entries(self, node: Node | None, what: str) -> Iterator[tuple[str, Node, Node]]:
        """Yield name, the name's node and the value of each entry of a mapping; note what is none, or stands twice."""
        if not isinstance(node, MappingNode):
            if node is not None:
                self.error(node, f"{what} must be `name: value` lines.")
            return
        seen: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self.error(key, f"{what} must have plain names.")
            elif (name := str(key.value)) in seen:
                self.error(key, f"`{name}` stands here twice, at line {seen[name]} too.")
            else:
                seen[name] = key.start_mark.line + 1
                yield name, key, value

    def texts(self, node: Node, what: str) -> Iterator[tuple[str, Node]]:
        """Yield the texts of a list, or the one text that stands instead of a list; note what is neither."""
        for item in node.value if isinstance(node, SequenceNode) else [node]:
            text = self.text(item, what)
            if text:
                yield text, item

    def text(self, node: Node, what: str) -> str:
        """Return a text without spaces around it; notes an empty one, and what is none."""
        # A number or a plain yes is a text here: nothing but texts is asked for.
        if not isinstance(node, ScalarNode) or str(node.tag).endswith(":null"):
            self.error(node, f"{what} must be a text.")
            return ""
        if not (text := str(node.value).strip()):
            self.error(node, f"{what} is empty.")
        return text
