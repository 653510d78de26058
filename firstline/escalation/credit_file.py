"""The file of a claim for a service credit: what it needs, what is missing, and by when."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from firstline.escalation.dossier import GUID, Line, Words
from firstline.support_rules.credit import Deadline, credit_deadline
from firstline.support_rules.filing import personal_domains
from firstline.support_rules.products import named_in

_INCIDENT = re.compile(r"[A-Za-z]{2}\d{4,8}")
_ADDRESS = re.compile(r"[^@\s<>]+@([^@\s<>]+\.[^@\s<>]+)")


class Mail(BaseModel):
    """An e-mail from the customer: the address it came from, when, and its words as they are."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    sender: Line = ""
    sent_at: AwareDatetime | None = None
    text: Words = ""


class CreditFile(BaseModel):
    """What a claim needs. ``through_csp``: the service was bought through the partner programme."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    service: Line = ""
    azure: bool = False
    kind: Literal["incident", "advisory"] = "incident"
    incident_id: Line = ""
    tenant_id: Line = ""
    tenant_domain: Line = ""
    through_csp: bool | None = None
    started_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    users_affected: Line = ""
    locations: Line = ""
    tried: Words = ""
    support_mail: Mail = Field(default_factory=Mail)
    credit_mail: Mail = Field(default_factory=Mail)
    ticket: Line = ""
    contact: Line = ""
    files: list[Annotated[str, Field(max_length=32)]] = Field(default_factory=list, max_length=50)


def from_evidence(evidence: Mapping[str, Any], zone: str) -> CreditFile:
    """Return the file as the chat began it; its day is taken as the day's first instant in ``zone``."""
    service = str(evidence.get("service", ""))
    incident = _INCIDENT.search(service)
    when = evidence.get("when")
    day = date.fromisoformat(str(when)) if when else None
    return CreditFile(
        service=service[:300],
        azure=any(product.family == "azure" for product in named_in(service)),
        incident_id=incident[0].upper() if incident else "",
        started_at=datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) if day else None,
        users_affected=str(evidence.get("affected", ""))[:300],
    )


def deadline_of(file: CreditFile, lead_days: int) -> Deadline | None:
    """Return by when the claim has to be made, or ``None`` while nobody knows when the incident began."""
    return credit_deadline(file.started_at, azure=file.azure, lead_days=lead_days) if file.started_at else None


def missing_credit(file: CreditFile, now: datetime) -> list[str]:
    """Return what keeps the claim from being made, as keys of the string tables; empty when it can go up."""
    deadline = deadline_of(file, 0)
    found = {
        "advisory": file.kind == "advisory",
        "no_incident_id": not _INCIDENT.fullmatch(file.incident_id),
        "no_tenant": not GUID.fullmatch(file.tenant_id),
        "no_domain": not file.tenant_domain,
        "not_through_csp": file.through_csp is not True,
        "no_duration": file.started_at is None or file.ended_at is None or file.ended_at <= file.started_at,
        "no_users": not file.users_affected or not file.locations,
        "nothing_tried": not file.tried,
        "no_support_mail": not _from_tenant(file.support_mail, file.tenant_domain),
        "no_credit_mail": not _from_tenant(file.credit_mail, file.tenant_domain),
        "no_ticket": not file.ticket,
        "no_contact": not file.contact,
        "too_late": deadline is not None and now.date() > deadline.latest,
    }
    return [reason for reason, holds in found.items() if holds]


def _from_tenant(mail: Mail, domain: str) -> bool:
    """Say whether it is an e-mail from the tenant's own domain; a personal address is refused."""
    address = _ADDRESS.fullmatch(mail.sender)
    if not address or not mail.text or mail.sent_at is None:
        return False
    own = address[1].casefold()
    return own == domain.casefold() and own not in personal_domains()
