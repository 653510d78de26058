"""A reseller's charter that takes over what its provider's says: ``extends: provider``.

A field of the top level that the reseller's file doesn't have is the provider's, whole; one that it has is its own,
whole. Nothing is mixed inside a field, so that one look at the file tells what is whose. Who the partner is, from when
its terms count and whom it asks itself (``OWN``) is never taken over. A provider's charter takes over nothing itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from firstline.charter.document import Document
from firstline.charter.findings import Wrong
from firstline.charter.model import Charter

OWN = frozenset({"id", "version", "valid_from", "valid_to", "partner", "upstream", "extends"})

Origin = Literal["own", "provider", "default"]
ProviderText = Callable[[str], tuple[str, str] | None]
"""Returns name and text of a provider's charter; ``None`` where there is none that others may take over."""


class CannotInherit(Wrong):
    """``extends`` can't be followed; the message says what to do."""


@dataclass(frozen=True)
class Merged:
    """A charter's values with what was taken over, and where each field stands."""

    data: Any
    own: Document
    base: Document | None = None
    taken: frozenset[str] = frozenset()

    def source(self, where: str) -> str:
        """Return ``file:line`` of a field path, in the provider's file where the field was taken over."""
        top = where.partition(".")[0].partition("[")[0]
        return self.base.source(where) if self.base and top in self.taken else self.own.source(where)

    def origins(self) -> dict[str, Origin]:
        """Return whose each field is; ``default`` is what holds when nobody says anything."""
        given = self.data if isinstance(self.data, dict) else {}
        return {
            name: "provider" if name in self.taken else "own" if name in given else "default"
            for name in Charter.model_fields
        }


def merge(data: Any, own: Document, provider_text: ProviderText | None) -> Merged:
    """Return ``data`` with what its ``extends`` takes over.

    Raises ``CannotInherit``, and what ``Document.read`` raises for the provider's text.
    """
    if not isinstance(data, dict) or data.get("extends") != "provider":
        return Merged(data, own)
    partner = data.get("partner")
    provider = partner.get("provider") if isinstance(partner, dict) else None
    if not isinstance(provider, str):
        raise CannotInherit("extends.no_provider")
    found = provider_text(provider) if provider_text else None
    if found is None:
        raise CannotInherit("extends.no_charter", provider=provider)
    name, text = found
    base = Document(name)
    theirs = base.read(text)
    if not isinstance(theirs, dict) or "extends" in theirs:
        raise CannotInherit("extends.not_alone", file=name)
    taken = theirs.keys() - OWN - data.keys()
    return Merged(data | {key: theirs[key] for key in taken}, own, base, frozenset(taken))
