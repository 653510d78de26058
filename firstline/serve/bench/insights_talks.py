"""Made-up conversations of a quarter, each a story with its times: the rows that the app would have written."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from firstline.charter import Charter, Kind, promise
from firstline.conversations.states import Event, State

Rows = list[dict[str, Any]]

CATEGORIES = {
    "problem": 34, "usage": 22, "billing_subscription": 18, "provisioning_configuration": 17, "updates": 9,
}  # fmt: skip
_REASONS = {"human": 50, "no_answer": 22, "not_helped": 18, "complaint": 6, "bot_unavailable": 2, "still_broken": 2}
_STORIES = {
    "helped": 30, "left_answered": 24, "left_unanswered": 9, "withdrawn": 3, "confirmed": 18, "silent": 10, "quiet": 6,
}  # fmt: skip
_SEVERITY_WEIGHTS = (2, 8, 30, 60)
_BACK = 0.09


@dataclass
class Talk:
    """One conversation's rows; ids of cases are given when they are stored."""

    row: dict[str, Any]
    messages: Rows = field(default_factory=list)
    events: Rows = field(default_factory=list)
    case: dict[str, Any] | None = None
    promises: Rows = field(default_factory=list)


@dataclass
class Maker:
    """Tells stories at random, the same ones for the same ``chance``; nothing happens after ``now``.

    ``articles`` are slugs by category; ``said`` are (language, text) of customers.
    """

    chance: random.Random
    charter: Charter
    partner: str
    now: datetime
    said: list[tuple[str, str]]
    articles: dict[str, list[str]]

    def talk(self, number: int, at: datetime) -> Talk:
        """Return the story of a conversation that begins at ``at``."""
        chance = self.chance
        lang, text = chance.choice(self.said)
        self._now, self._asked = at, text
        row: dict[str, Any] = {
            "id": f"seeded-{number:07}",
            "partner": self.partner,
            "language": lang,
            "state": State.BOT,
        }
        row |= {"created_at": at, "updated_at": at, "outcome": None}
        talk = self._talk = Talk(row)
        self._say("bot", "…")
        story = self._any(_STORIES)
        if story == "quiet":
            return talk
        category = self._any(CATEGORIES)
        self._after(0.2, 2)
        self._say("customer", text)
        if story in ("helped", "left_answered"):
            self._answer(category)
            if story == "helped":
                self._end(Event.CONFIRM_ANSWER, "confirmed", minutes=(1, 20))
                self._come_back(category)
            else:
                self._leave()
        elif story == "left_unanswered":
            self._fall_back()
            self._leave()
        else:
            self._with_person(number, story, category)
        talk.row["updated_at"] = min(self._now, self.now)
        return talk

    def _with_person(self, number: int, story: str, category: str) -> None:
        chance, talk = self.chance, self._talk
        reason = self._any(_REASONS)
        if reason in ("no_answer", "not_helped") and not self._past():
            self._fall_back() if reason == "no_answer" else self._answer(category)
        if not self._move(Event.HAND_OVER, State.WAITING, minutes=(0.5, 4)):
            return
        severity = chance.choices(self.charter.severities_by_rank, _SEVERITY_WEIGHTS)[0]
        talk.case = {
            "partner": self.partner, "number": f"{self.partner.upper()}-{100001 + number}", "status": "open",
            "conversation_id": talk.row["id"], "reason": reason, "severity": severity, "language": talk.row["language"],
            "category": category if chance.random() < 0.9 else None, "tier": self.charter.default_tier,
            "charter_version": str(self.charter.version), "search_text": " ", "summary": {}, "opened_at": self._now,
            "waiting_since": self._now, "first_response_at": None, "closed_at": None, "closing_sent_at": None,
            "outcome": None, "respond_by": None, "due": None,
        }  # fmt: skip
        first = self._promise("first_response")
        solved = self._promise("resolve")
        if story == "withdrawn":
            self._close(Event.WITHDRAW, "withdrawn", minutes=(2, 50))
            return
        due = first["due"] if first else self._now + timedelta(hours=8)
        share = chance.betavariate(1.6, 3.5) if chance.random() < 0.88 else chance.uniform(1.05, 1.8)
        if not self._move(Event.ACCEPT, State.HUMAN, at=self._now + (due - self._now) * share):
            return
        for turn in range(chance.randint(1, 3)):
            self._after(2, 25)
            if self._past():
                return
            self._say("agent", "…")
            talk.case["first_response_at"] = talk.case["first_response_at"] or self._now
            if first and first["met_at"] is None:
                self._meet(first)
            talk.case["waiting_since"] = None
            if turn:
                self._after(1, 60)
                self._say("customer", "…")
        self._after(3, 40)
        if self._past():
            return
        self._say("agent", "…")
        talk.case |= {"status": "closing", "closing_sent_at": self._now}
        if solved:
            self._meet(solved)
        if story == "confirmed":
            self._close(Event.SOLVED, "confirmed", minutes=(5, 1500))
            self._come_back(category)
        else:
            self._close(Event.UNANSWERED, "unanswered", minutes=(4320, 4330))

    def _come_back(self, category: str) -> None:
        """Some write again after they said that it is solved, most of them soon."""
        if self._talk.row["state"] != State.CLOSED or self.chance.random() > _BACK:
            return
        hours = self.chance.choice((2, 20, 50, 71.9, 72.1, 100, 150))
        if not self._move(Event.WRITE_AGAIN, State.BOT, minutes=(hours * 60, hours * 60)):
            return
        self._talk.row["outcome"] = None
        self._say("customer", "…")
        self._answer(category)
        self._leave()

    def _answer(self, category: str) -> None:
        self._after(0.01, 0.05)
        slug = self.chance.choice(self.articles[category])
        lang, sure = self._talk.row["language"], round(self.chance.uniform(0.45, 0.99), 3)
        article = {"slug": slug, "lang": lang, "title": slug, "url": "", "probability": sure, "excerpt": ""}
        receipt = {"answered": True, "asked": self._asked, "article": slug, "lang": lang, "probability": sure}
        helpful = self.chance.choice((True, False, None, None))
        self._say("bot", "…", articles=[article], receipt=receipt, helpful=helpful)

    def _fall_back(self) -> None:
        self._after(0.01, 0.05)
        sure = round(self.chance.uniform(0.02, 0.4), 3)
        nearest = self.chance.choice(self.articles["problem"])
        receipt = {"answered": False, "again": False, "asked": self._asked, "nearest": nearest, "probability": sure}
        self._say("bot", "…", receipt=receipt)

    def _leave(self) -> None:
        self._end(Event.LEAVE, "left", minutes=(1440, 1441))

    def _end(self, event: Event, outcome: str, minutes: tuple[float, float]) -> bool:
        if not self._move(event, State.CLOSED, minutes=minutes):
            return False
        self._talk.row["outcome"] = outcome
        return True

    def _close(self, event: Event, outcome: str, minutes: tuple[float, float]) -> None:
        if self._talk.case is not None and self._end(event, outcome, minutes):
            self._talk.case |= {"status": "closed", "outcome": outcome, "closed_at": self._now, "waiting_since": None}
            for given in self._talk.promises:
                given["met_at"] = given["met_at"] or self._now

    def _promise(self, kind: Kind) -> dict[str, Any] | None:
        case = self._talk.case
        assert case is not None
        given = promise(self.charter, case["tier"], case["severity"], kind, self._now)
        if given is None or given.due is None:
            return None
        row = {"kind": kind, "severity": case["severity"], "tier": case["tier"], "started_at": self._now}
        row |= {"charter_version": case["charter_version"], "due": given.due, "met_at": None, "breached_at": None}
        self._talk.promises.append(row)
        return row

    def _meet(self, given: dict[str, Any]) -> None:
        given["met_at"] = self._now
        given["breached_at"] = given["due"] if given["due"] < self._now else None

    def _move(
        self, event: Event, to: State, *, minutes: tuple[float, float] = (0, 0), at: datetime | None = None
    ) -> bool:
        """Let the event happen after so many minutes; say ``False`` when that lies ahead."""
        if at is None:
            self._after(*minutes)
        else:
            self._now = at
        if self._past():
            return False
        row = self._talk.row
        self._talk.events.append(
            {"conversation_id": row["id"], "event": event, "from_state": row["state"], "to_state": to}
            | {"actor": "seeded", "why": "", "at": self._now}
        )
        row["state"] = to
        return True

    def _say(self, author: str, text: str, **fields: Any) -> None:
        if not self._past():
            empty: dict[str, Any] = {"articles": [], "receipt": None, "helpful": None}
            row = {"conversation_id": self._talk.row["id"], "author": author, "text": text, "created_at": self._now}
            row |= {"lang": self._talk.row["language"], "buttons": [], "attachments": []}
            self._talk.messages.append(row | empty | fields)

    def _after(self, low: float, high: float) -> None:
        self._now += timedelta(minutes=self.chance.uniform(low, high))

    def _past(self) -> bool:
        return self._now > self.now

    def _any(self, weights: dict[str, int]) -> str:
        return self.chance.choices(list(weights), list(weights.values()))[0]
