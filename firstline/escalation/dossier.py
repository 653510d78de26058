"""The dossier of a case: what whoever is above needs to know, and why it can't go up yet."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from firstline.conversations.masking import mask
from firstline.support_rules.filing import Family, issue_classes

Line = Annotated[str, Field(max_length=300)]
Words = Annotated[str, Field(max_length=8000)]
Class = Literal["undocumented", "unavailable", "bug", "network", "regional"]
GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_HANGUL = re.compile(r"[가-힣]")


class Dossier(BaseModel):
    """The fields an agent fills in; empty is unknown.

    ``english_summary`` is typed by a person. ``severity`` is Microsoft's class. ``target`` is who shall solve it.
    ``files`` are ids of the case's own files. The customer's words are no field: they are quoted from the transcript.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    title: Line = ""
    summary: Words = ""
    english_summary: Words = ""
    product: Line = ""
    family: Family = "m365"
    target: Literal["microsoft", "isv"] = "microsoft"
    publisher: Line = ""
    support_topic: Line = ""
    severity: Literal["A", "B", "C", ""] = ""
    severity_reason: Words = ""
    issue_class: Class | Literal[""] = ""
    tenant_id: Line = ""
    tenant_domain: Line = ""
    users_affected: Line = ""
    locations: Line = ""
    first_seen: AwareDatetime | None = None
    ongoing: bool | None = None
    steps: Words = ""
    error_text: Words = ""
    health_checked_at: AwareDatetime | None = None
    health_seen: Words = ""
    tried: Words = ""
    tried_result: Words = ""
    admin_checks: Words = ""
    relation_until: date | None = None
    contact_name: Line = ""
    contact_phone: Line = ""
    contact_email: Line = ""
    contact_hours: Line = ""
    contact_round_the_clock: Line = ""
    files: list[Annotated[str, Field(max_length=32)]] = Field(default_factory=list, max_length=50)
    consent: bool = False

    def texts(self) -> Iterator[str]:
        """Yield every text that a person typed."""
        yield from (str(value) for name, value in self if name != "files" and isinstance(value, str))


@dataclass(frozen=True)
class Around:
    """What the case says that the dossier doesn't: the time, the customer's contacts, the way up, its language."""

    now: datetime
    customer_contacts: Collection[str] = ()
    route_found: bool = True
    english: bool = False


def missing(dossier: Dossier, around: Around) -> list[str]:
    """Return the reasons for which the dossier is incomplete, as keys of the string tables; empty when it can go up."""
    to_microsoft = dossier.target == "microsoft"
    contact = dossier.contact_email.casefold()
    # An address of the customer's domain is the customer's, whoever it belongs to.
    theirs = {item.casefold() for item in around.customer_contacts}
    of_domain = bool(dossier.tenant_domain) and contact.endswith("@" + dossier.tenant_domain.casefold())
    phone = re.sub(r"\D", "", dossier.contact_phone)
    same_phone = bool(phone) and phone in {re.sub(r"\D", "", item) for item in theirs}
    checked, seen = dossier.health_checked_at, dossier.first_seen
    no_english = around.english and (not dossier.english_summary or bool(_HANGUL.search(dossier.english_summary)))
    found = {
        "isv_route": to_microsoft and dossier.family == "marketplace",
        "no_publisher": not to_microsoft and not dossier.publisher,
        "no_route": to_microsoft and dossier.family != "marketplace" and not around.route_found,
        "no_title": not dossier.title,
        "no_product": not dossier.product,
        "no_health_check": checked is None or seen is None or checked < seen or checked > around.now,
        "nothing_tried": not dossier.tried,
        "no_severity_reason": not dossier.severity or not dossier.severity_reason,
        "no_class": to_microsoft and dossier.issue_class not in issue_classes(),
        "customer_contact": not contact or contact in theirs or of_domain or same_phone,
        "no_tenant": not GUID.fullmatch(dossier.tenant_id),
        "no_round_the_clock_contact": dossier.severity == "A" and not dossier.contact_round_the_clock,
        "relation_ended": to_microsoft
        and (dossier.relation_until is None or dossier.relation_until < around.now.date()),
        "no_english": no_english,
        "no_consent": not dossier.consent,
        "secret": any(mask(text)[1] for text in dossier.texts()),
    }
    return [reason for reason, holds in found.items() if holds]
