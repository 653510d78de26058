"""What has to be true of a conversation after everything was killed; says what is not."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

Kind = Literal[
    "lost", "doubled", "unknown", "changed", "out_of_order", "unanswered", "no_case", "no_notice", "claimed_twice",
    "refused", "stuck",
]  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """A message that was acknowledged: who sent it, its ids, its text as it was kept, and the ids of its replies."""

    client_id: str
    author: Literal["customer", "agent"]
    message_id: int
    text: str
    replies: tuple[int, ...] = ()


@dataclass
class Told:
    """One conversation as those who held it know it.

    ``sent`` is in order; ``tried`` holds the client ids of all messages, acknowledged or not; ``case`` is the number
    that the customer was given; ``winners`` are the agents who were told that the case is theirs; ``problem`` is what
    ended it early.
    """

    conversation: str = ""
    sent: list[Sent] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    case: str = ""
    winners: list[str] = field(default_factory=list)
    problem: tuple[Kind, str] | None = None


@dataclass(frozen=True)
class Kept:
    """The same conversation as the installation has it: transcript, case numbers, and what stands beside them.

    ``claims`` counts the events of a case that say an agent took it, ``notices`` those that it was opened and that were
    delivered or still stand in the outbox, ``unanswered`` are client ids of messages nobody has reacted to.
    """

    messages: Sequence[dict[str, Any]]
    cases: Sequence[str] = ()
    claims: int = 0
    notices: int = 0
    unanswered: Sequence[str] = ()


@dataclass(frozen=True)
class Violation:
    """One thing that is not as it has to be."""

    kind: Kind
    conversation: str
    what: str


def audit(told: Told, kept: Kept) -> list[Violation]:
    """Return what is wrong with one conversation, nothing where all is well."""
    found = [(told.problem[0], told.problem[1])] if told.problem else []
    found += [*_messages(told, kept), *_answers(kept), *_case(told, kept)]
    return [Violation(kind, told.conversation, what) for kind, what in found]


def _messages(told: Told, kept: Kept) -> Iterator[tuple[Kind, str]]:
    by_client = Counter(m["client_message_id"] for m in kept.messages if m["client_message_id"])
    ids = {m["id"] for m in kept.messages}
    places = {m["client_message_id"]: (place, m) for place, m in enumerate(kept.messages)}
    for sent in told.sent:
        if not by_client[sent.client_id]:
            yield "lost", f"message {sent.client_id} of the {sent.author} was acknowledged"
        elif (sent.message_id, sent.text) != (places[sent.client_id][1]["id"], places[sent.client_id][1]["text"]):
            yield "changed", f"message {sent.client_id} of the {sent.author} has another text or id"
        for reply in sent.replies:
            if reply not in ids:
                yield "lost", f"reply {reply} to {sent.client_id} was shown to the customer"
    for client_id, times in by_client.items():
        if times > 1:
            yield "doubled", f"message {client_id} stands in the transcript {times} times"
        if client_id not in told.tried:
            yield "unknown", f"message {client_id} was never sent"
    order = [places[sent.client_id][0] for sent in told.sent if sent.client_id in places]
    if order != sorted(order):
        yield "out_of_order", "the acknowledged messages stand in another order"
    if len(ids) != len(kept.messages):
        yield "doubled", "two messages of the transcript have the same id"
    if any(before["id"] > after["id"] for before, after in pairwise(kept.messages)):
        yield "out_of_order", "the transcript is not in the order of its ids"


def _answers(kept: Kept) -> Iterator[tuple[Kind, str]]:
    for client_id in kept.unanswered:
        yield "unanswered", f"nobody has reacted to message {client_id}"
    said: Counter[tuple[str, str]] = Counter()
    for message in kept.messages:
        if message["author"] == "customer":
            said.clear()
        elif message["author"] in ("bot", "system"):
            said[message["author"], message["text"]] += 1
            if said[message["author"], message["text"]] == 2:
                yield "doubled", f"message {message['id']} was said twice in answer to one message"


def _case(told: Told, kept: Kept) -> Iterator[tuple[Kind, str]]:
    if len(kept.cases) > 1:
        yield "doubled", f"one handover opened the cases {', '.join(kept.cases)}"
    if told.case and told.case not in kept.cases:
        yield "no_case", f"the customer was told {told.case}"
    for number in kept.cases:
        if not any(number in m["text"] for m in kept.messages if m["author"] == "system"):
            yield "no_notice", f"the customer was not told the number of case {number}"
        if kept.notices == 0:
            yield "no_notice", f"nobody was told that case {number} was opened"
    if kept.notices > max(1, len(kept.cases)):
        yield "doubled", f"{kept.notices} notices say that the case was opened"
    if len(set(told.winners)) > 1 or kept.claims > 1:
        yield (
            "claimed_twice",
            f"{len(set(told.winners))} agents were given the case, {kept.claims} claims",
        )
    if told.winners and kept.claims == 0:
        yield "lost", "the claim was acknowledged"
