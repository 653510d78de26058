"""The people, sessions, log entries and resellers behind the fake API about accounts."""

from typing import Any

from firstline.desk.permissions import Role

from ..staff_pages import signed_in_as

NAME = "김서연"
TOKEN = "good-token"
LINK = f"https://help.example.com/login#invitation={TOKEN}"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/141.0 Safari/537.36 Edg/141.0"


class Office:
    def __init__(self) -> None:
        self.reset()

    def reset(self, *roles: Role) -> None:
        self.signed_in = True
        self.me = signed_in_as(NAME, *(roles or ("admin",)))
        self.calls: list[tuple[str, Any]] = []
        self.refusals: dict[str, tuple[int, str]] = {}
        self.people: list[dict[str, Any]] = []
        self.person(1, NAME, "seoyeon@example.test", "active", "admin")
        self.person(2, "박민준", "minjun@example.test", "active", "agent", "author")
        self.sessions = [self.session("s1", current=True), self.session("s2")]
        self.log = [self.entry(number) for number in range(7, 0, -1)]
        name = {"ko": "새벽정보", "en": "Saebyeok"}
        self.resellers = [{"partner": "saebyeok", "name": name, "open": 12, "waiting": 3, "overdue": 1}]

    def person(self, number: int, name: str, email: str, state: str, *roles: str) -> dict[str, Any]:
        until = "2026-12-01T00:00:00Z" if state == "invited" else None
        facts = {"id": number, "name": name, "email": email, "roles": list(roles), "state": state}
        self.people.append(facts | {"invited_until": until, "created_at": "2026-11-02T00:00:00Z"})
        return self.people[-1]

    def session(self, name: str, *, current: bool = False) -> dict[str, Any]:
        times = dict.fromkeys(("created_at", "last_seen_at", "expires_at"), "2026-11-27T01:00:00Z")
        where = {"address": "203.0.113.7", "browser": EDGE, "how": "password", "acting_for": None}
        return {"id": name, "current": current} | times | where

    def entry(self, number: int) -> dict[str, Any]:
        what = {"action": "case.transferred", "target": f"DEMO-{number}", "data": {"to_agent": "박민준", "late": True}}
        who = {"who": "minjun@example.test", "home": None, "address": "203.0.113.7"}
        return {"id": number, "at": "2026-11-27T01:00:00Z"} | who | what

    def act_at(self, partner: str | None) -> None:
        at_home = signed_in_as(NAME, "provider")
        self.me = at_home if partner is None else signed_in_as(NAME, "lead", partner=partner, home="demo")
