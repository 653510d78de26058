"""The support charter of one partner: who supports what, when, how fast and for what price.

The file is YAML; ``load_charter`` reads and lints it. Everything customers are told about support is made from this
one object, so the page, the bot's answers and the clock can't disagree.
"""

import datetime
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from firstline.charter.base import Part, Text
from firstline.charter.calendars import Calendar
from firstline.charter.findings import Wrong
from firstline.charter.parts import (
    CATEGORIES,
    Category,
    Channel,
    Closing,
    Collections,
    Hop,
    IdentityCheck,
    MaintenanceNotice,
    OutOfHours,
    Partner,
    Pause,
    Privacy,
    Route,
    Severity,
    SupportType,
    Tier,
)
from firstline.charter.targets import Target, TargetDefaults, Targets
from firstline.core.texts import Language

__all__ = ["CATEGORIES", "Charter", "Text"]


class Charter(Part):
    """A partner's support terms. Amounts, hours and times mean what the parts' docstrings say.

    ``targets`` is by tier, then severity. In the file a severity may stand directly under ``targets`` for all tiers;
    the same severity under a tier's name replaces it there. With ``extends`` the fields that the file leaves out
    are the provider's (``firstline.charter.inherited``); in the object they are there already.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    version: str = Field(min_length=1)
    valid_from: datetime.date
    valid_to: datetime.date | None = None
    languages: list[Language] = Field(min_length=1)
    extends: Literal["provider"] | None = None
    partner: Partner
    upstream: list[Hop] = Field(default_factory=list)
    support_types: dict[Category, SupportType] = Field(default_factory=dict)
    calendars: dict[str, Calendar] = Field(default_factory=dict)
    channels: list[Channel] = Field(default_factory=list)
    tiers: dict[str, Tier] = Field(min_length=1)
    severities: dict[str, Severity] = Field(min_length=1)
    target_defaults: TargetDefaults = TargetDefaults()
    targets: dict[str, dict[str, Targets]] = Field(default_factory=dict)
    out_of_hours: OutOfHours | None = None
    pause: Pause = Pause()
    closing: Closing = Closing()
    collections: Collections | None = None
    maintenance_notice: MaintenanceNotice | None = None
    identity_check: IdentityCheck | None = None
    privacy: Privacy | None = None

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, value: Any) -> Any:
        return _by_tier(value) if isinstance(value, dict) else value

    @field_validator("channels", mode="before")
    @classmethod
    def _channels_by_kind(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return [{"kind": kind} | (item if isinstance(item, dict) else {}) for kind, item in value.items()]
        return value

    @model_validator(mode="after")
    def _ranks_differ(self) -> Self:
        ranks = [severity.rank for severity in self.severities.values()]
        if len(ranks) != len(set(ranks)):
            raise Wrong("schema.same_rank")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise Wrong("schema.valid_to")
        return self

    @property
    def default_language(self) -> Language:
        """The language used when a customer's is not offered: the first one listed."""
        return self.languages[0]

    @property
    def default_tier(self) -> str:
        """The tier of a customer whose plan isn't known: the first one listed."""
        return next(iter(self.tiers))

    @property
    def severities_by_rank(self) -> list[str]:
        """Ids of the severities, the most severe first."""
        return sorted(self.severities, key=lambda name: self.severities[name].rank)

    @property
    def main_calendar(self) -> Calendar:
        """The calendar of the chat, or of the first channel where there is no chat."""
        channel = next((item for item in self.channels if item.kind == "chat"), self.channels[0])
        return self.calendar(channel.calendar)

    def calendar(self, name: str | None) -> Calendar:
        """Return a calendar by name; no name means the only one. Raises ``KeyError`` when there is none such."""
        return self.calendars[self.calendar_name(name)]

    def calendar_name(self, name: str | None) -> str:
        """Return ``name``, or the name of the only calendar; an empty string when that can't be told."""
        if name:
            return name
        return next(iter(self.calendars)) if len(self.calendars) == 1 else ""

    def tier_severities(self, tier: str) -> list[str]:
        """Ids of the severities sold in a tier, the most severe first."""
        sold = self.tiers[tier].severities
        return [name for name in self.severities_by_rank if sold is None or name in sold]

    def tier_channels(self, tier: str) -> list[Channel]:
        """Channels a tier may use."""
        kinds = self.tiers[tier].channels
        return [
            channel
            for channel in self.channels
            if (channel.tiers is None or tier in channel.tiers) and (kinds is None or channel.kind in kinds)
        ]

    def target(self, tier: str, severity: str) -> Targets:
        """The promises of one tier and severity with clock and calendar filled in; empty when there are none."""
        found = self.targets.get(tier, {}).get(severity, Targets())
        return Targets(
            first_response=self._filled(found.first_response),
            next_update=self._filled(found.next_update),
            resolve=self._filled(found.resolve),
        )

    def route(self, tier: str, severity: str) -> Route | None:
        """The way a request of this tier and severity takes in closed hours; ``None`` when the charter names none."""
        rules = self.out_of_hours
        if rules is None:
            return None
        route = rules.routes.get(severity, rules.default)
        if route == "on_call" and rules.on_call_tiers is not None and tier not in rules.on_call_tiers:
            return rules.default
        return route

    def _filled(self, target: Target | None) -> Target | None:
        if target is None or target.best_effort:
            return target
        clock = target.clock or self.target_defaults.clock
        calendar = self.calendar_name(target.calendar or self.target_defaults.calendar) if clock == "business" else ""
        return target.model_copy(update={"clock": clock, "calendar": calendar or None})


def _by_tier(data: dict[str, Any]) -> dict[str, Any]:
    """Spread targets that stand under a severity over all tiers that sell it."""
    tiers, severities, targets = data.get("tiers"), data.get("severities"), data.get("targets")
    if not (isinstance(tiers, dict) and isinstance(severities, dict) and isinstance(targets, dict)):
        return data
    both = sorted(set(tiers) & set(severities))
    if both:
        raise Wrong("schema.same_id", ids=", ".join(both))
    unknown = [str(key) for key in targets if key not in tiers and key not in severities]
    if unknown:
        raise Wrong("schema.target_of_nothing", name=unknown[0])
    common = {key: item for key, item in targets.items() if key in severities}
    spread: dict[str, Any] = {}
    for tier, terms in tiers.items():
        own = targets.get(tier, {})
        if not isinstance(own, dict):
            raise Wrong("schema.targets_of_tier", tier=tier)
        sold = terms.get("severities") if isinstance(terms, dict) else None
        spread[tier] = {key: item for key, item in common.items() if not isinstance(sold, list) or key in sold} | own
    return data | {"targets": spread}
