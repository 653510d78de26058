"""What each table keeps of a customer, and what is left of it when the customer is erased.

Every table of Firstline stands here or in ``NOT_PERSONAL``; a test holds that, so that a new one is not forgotten.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Table

from firstline.conversations.customer_models import IdentityUse, KnownCustomer
from firstline.conversations.models import Conversation, ConversationEvent, Message
from firstline.desk.models import Case, CaseEvent, CasePromise, Note
from firstline.desk.rating import CaseRating
from firstline.desk.team_models import DeskLine, Mention
from firstline.desk.tool_models import CaseContact, SavedView
from firstline.escalation.models import Escalation, EscalationHop
from firstline.files.models import StoredFile
from firstline.helpdesks.models import HelpdeskTalk, HelpdeskTicket
from firstline.outbox.models import Notice
from firstline.reading.entities import is_known
from firstline.service_health.models import HealthFollower, TroubleReport
from firstline.training.models import TrainedAddress

_CODES = frozenset(
    {
        "cause", "due", "from", "from_agent", "language", "late", "level", "outcome", "promise", "question", "reason",
        "score", "severity", "status", "to", "to_agent",
    }
)  # fmt: skip
_RECEIPT = frozenset(
    {"again", "answered", "article", "at", "lang", "model", "nearest", "probability", "threshold", "version"}
)
_ARTICLE = frozenset({"lang", "probability", "slug", "title", "url", "version"})


def _only(names: frozenset[str]) -> Callable[[Any], Any]:
    return lambda value: {key: kept for key, kept in value.items() if key in names} if value else value


def _articles(value: Any) -> Any:
    return [_only(_ARTICLE)(article) for article in value or []]


def _product(value: Any) -> Any:
    """Leave the id of a product we know; any other is what the customer called it."""
    return value if value and is_known("product", value) else None


@dataclass(frozen=True)
class Kept:
    """How a table's rows belong to a customer, and what becomes of them.

    ``by``: the column that names the conversation or the case, or the address where only that says whose a row is:
    named in a filter, or (``own_address``) as a column of its own.
    ``emptied``: columns and what they hold afterwards, a value or what makes one of the old; without any, and with
    ``stays`` false, the row is deleted.
    """

    table: Table
    by: Literal["conversation", "case", "case_number", "note", "address", "own_address"]
    emptied: Mapping[str, Any] = field(default_factory=dict)
    stays: bool = False

    @property
    def is_deleted(self) -> bool:
        """Say whether the rows go altogether."""
        return not self.emptied and not self.stays


def _of(model: Any, by: Any, *, stays: bool = False, **emptied: Any) -> Kept:
    return Kept(model.__table__, by, emptied, stays)


# In an order in which rows can be deleted.
KEPT: tuple[Kept, ...] = (
    _of(Mention, "case"),
    _of(Note, "case"),
    _of(CaseContact, "case"),
    _of(CaseEvent, "case", data=_only(_CODES)),
    _of(CasePromise, "case", stays=True),
    _of(CaseRating, "case", comment=None),
    _of(DeskLine, "case", stays=True),
    _of(EscalationHop, "case", dossier=lambda _old: {}, reference="", answer=None),
    _of(Escalation, "case", dossier=lambda _old: {}, credit=None),
    _of(Notice, "case_number"),
    _of(HelpdeskTicket, "case"),
    _of(HelpdeskTalk, "conversation"),
    # Not empty: the next start would read the case anew.
    _of(
        Case, "conversation", search_text=" ", summary=lambda _old: {}, contact_email=None, product=_product,
        helpdesk=None,
    ),
    _of(KnownCustomer, "conversation"),
    _of(IdentityUse, "conversation"),
    _of(StoredFile, "conversation"),
    _of(HealthFollower, "conversation"),
    _of(TroubleReport, "conversation", stays=True),
    _of(ConversationEvent, "conversation", why=""),
    _of(
        Message, "conversation", text="", payload=None, buttons=lambda _old: [], attachments=lambda _old: [],
        articles=_articles, receipt=_only(_RECEIPT), client_message_id=None,
    ),
    _of(Conversation, "conversation", stays=True),
    _of(SavedView, "address"),
    # A person's whole address; a company's domain is nobody's.
    _of(TrainedAddress, "own_address"),
)  # fmt: skip

NOT_PERSONAL = {
    "audit_log": "names staff and case numbers; never a customer's words",
    "canned_replies": "the partner's own texts",
    "case_counters": "a number",
    "charter_copies": "support terms",
    "default_views": "staff's choice of a view",
    "health_incidents": "the partner's own texts",
    "health_issues": "Microsoft's texts",
    "knowledge_articles": "the partner's own texts",
    "knowledge_embeddings": "vectors of articles",
    "knowledge_events": "the authors' work",
    "knowledge_hidden": "the partner's choice",
    "knowledge_layers": "a number",
    "knowledge_state": "facts about the library",
    "knowledge_versions": "the partner's own texts",
    "leases": "which process does what",
    "login_failures": "staff",
    "oidc_logins": "staff",
    "staff": "staff",
    "staff_presence": "staff",
    "staff_sessions": "staff",
    "training_customers": "companies by the partner's own key and name",
    "training_figures": "numbers of a company",
    "training_held": "trainings of a company",
}
"""Tables that keep nothing of a customer, with the reason."""
