"""Which partner's articles another partner's customers read too."""

from collections.abc import Iterator, Mapping

from firstline.charter.findings import CharterError, Finding, UnknownPartner
from firstline.charter.registry import Charters


class Providers(Mapping[str, str]):
    """The provider of each partner that names one in its charter, as the charters stand now."""

    def __init__(self, charters: Charters) -> None:
        """Read ``charters`` whenever asked."""
        self._charters = charters

    def __getitem__(self, partner: str) -> str:
        """Return the partner's provider; raises ``KeyError`` where its charter names none."""
        try:
            provider = self._charters.get(partner).partner.provider
        except (UnknownPartner, CharterError):
            provider = None
        if provider is None:
            raise KeyError(partner)
        return provider

    def __iter__(self) -> Iterator[str]:
        return (partner for partner in self._charters.partners() if self.get(partner) is not None)

    def __len__(self) -> int:
        return sum(1 for _partner in self)

    def check(self) -> None:
        """Raise ``CharterError`` naming every provider that has no charter."""
        known = self._charters.partners()
        unknown = [
            Finding(
                "reference",
                "error",
                "partner.provider",
                "reference.partner",
                {"partner": partner, "provider": provider, "known": ", ".join(known)},
            )
            for partner, provider in self.items()
            if provider not in known
        ]
        if unknown:
            raise CharterError(unknown)
