"""A YAML document as plain values that remembers where each field stands."""

from datetime import date
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from firstline.charter.calendars import spread_weekdays
from firstline.charter.findings import Wrong

_PREFIX = "tag:yaml.org,2002:"


class BadNode(Wrong):
    """A place in the document that can't be read: a field that stands twice, or an impossible number or date."""

    def __init__(self, where: str, line: int, key: str, /, **values: object) -> None:
        """Say what is wrong at ``where`` by the words of ``key``."""
        super().__init__(key, **values)
        self.where, self.line = where, line


class Document:
    """A YAML 1.2 document as plain values, which remembers the line of each field path.

    YAML 1.2 because in YAML 1.1 an unquoted ``18:00`` is the number 1080 and ``NO`` is false.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lines: dict[str, int] = {}

    def read(self, text: str) -> Any:
        """Return the document's values; raises ``BadNode``, or ruamel's ``YAMLError`` for what is no YAML."""
        node = YAML(typ="safe", pure=True).compose(text)
        return None if node is None else self._plain(node, "")

    def source(self, where: str) -> str:
        """Return ``file:line`` of a field path, or of the nearest field around it that stands in the file."""
        while where and not (line := self._line(where)):
            where = where[: max(where.rfind("."), where.rfind("["), 0)]
        return f"{self._name}:{line if where else 1}"

    def _line(self, where: str) -> int | None:
        if where in self._lines:
            return self._lines[where]
        # Targets written once for all tiers are found in the model under each tier.
        parts = where.split(".")
        if parts[0] == "targets" and len(parts) > 2 and (shared := ".".join(["targets", *parts[2:]])) in self._lines:
            return self._lines[shared]
        # A weekday is found in the file under a key such as mon-fri.
        head, _, day = where.rpartition(".")
        for path, line in self._lines.items() if head.endswith(".weekly") else ():
            if path.startswith(f"{head}.") and "[" not in path and _holds(path.removeprefix(f"{head}."), day):
                return line
        return None

    def _plain(self, node: Node, where: str) -> Any:
        self._lines.setdefault(where, node.start_mark.line + 1)
        if isinstance(node, MappingNode):
            mapping: dict[Any, Any] = {}
            for key_node, value_node in node.value:
                key = str(key_node.value)
                inner = f"{where}.{key}" if where else key
                line = key_node.start_mark.line + 1
                if key in mapping:
                    raise BadNode(inner, line, "yaml.twice")
                self._lines[inner] = line
                mapping[key] = self._plain(value_node, inner)
            return mapping
        if isinstance(node, SequenceNode):
            return [self._plain(item, f"{where}[{index}]") for index, item in enumerate(node.value)]
        return self._scalar(node, where) if isinstance(node, ScalarNode) else None

    def _scalar(self, node: ScalarNode, where: str) -> Any:
        tag, value = str(node.tag).removeprefix(_PREFIX), str(node.value)
        try:
            match tag:
                case "null":
                    return None
                case "bool":
                    return value.lower() == "true"
                case "int":
                    return int(value.replace("_", ""), 0)
                case "float":
                    return float(value.replace("_", ""))
                case "timestamp":
                    return date.fromisoformat(value)
        except ValueError:
            raise BadNode(where, node.start_mark.line + 1, "yaml.no_valid", value=value, kind=tag) from None
        return value


def _holds(key: str, day: str) -> bool:
    try:
        return day in spread_weekdays(key)
    except ValueError:
        return False
