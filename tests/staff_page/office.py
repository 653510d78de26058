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
        self.resellers = [
            self.reseller("saebyeok", name),
            self.reseller("noeul", {"ko": "노을소프트", "en": "Noeul"}, 0),
        ]
        self.below = [self.handed("SAE-7", "provider", "2026-11-27T01:00:00Z"), self.handed("NOE-2", "microsoft", None)]
        self.notices = [self.notice("n1", "dead", None), self.notice("n2", "pending", "2026-11-28T03:00:00Z")]
        self.notice_counts = {"dead": 1, "pending": 2, "sent": 40, "given_up": 0}
        self.notice_ways = {"email": True, "webhooks": 0}
        self.hops = [self.hop("provider", "")]
        self.charter = ""

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

    def notice(self, ident: str, state: str, next_at: str | None) -> dict[str, Any]:
        where = {"channel": "email", "target": f"{ident}@example.test", "case": "DEMO-3", "kind": "opened"}
        why = {"error": "the mail server refused the recipient: 550 no such box", "attempts": 3, "given_up": None}
        return {"id": ident, "state": state, "created_at": "2026-11-27T01:00:00Z", "next_at": next_at} | where | why

    def reseller(self, partner: str, name: dict[str, str], late: int = 2) -> dict[str, Any]:
        numbers = {"open": 12, "waiting": 3 * late, "overdue": late, "warning": late, "next_open": None}
        more = {
            "oldest_wait": "2026-11-27T00:10:00Z" if late else None,
            "promises": {"due": 29 * late, "kept": 27 * late},
        }
        duty = {"duty": "here", "on_duty": ["박민준"]} if late else {"duty": "closed", "on_duty": []}
        return (
            {
                "partner": partner,
                "name": name,
                "extends": late == 0,
                "escalations": {"waiting": late, "late": 1 if late else 0},
            }
            | numbers
            | more
            | duty
        )

    def handed(self, number: str, turn: str, due: str | None) -> dict[str, Any]:
        partner = "saebyeok" if number.startswith("SAE") else "noeul"
        sent = {
            "sent_at": "2026-11-26T23:00:00Z",
            "sent_by": "sora@example.test",
            "accepted_by": None,
            "language": "ko",
        }
        what = {"title": "가상 머신이 켜지지 않음", "product": "Azure", "class": "B", "late": due is not None}
        return {"partner": partner, "case": number, "with": turn, "due": due} | sent | what

    def hop(self, level: str, outcome: str) -> dict[str, Any]:
        times = {
            "sent_at": "2026-11-26T23:00:00Z",
            "due": "2026-11-27T01:00:00Z",
            "answered_at": None,
            "accepted_at": None,
        }
        return {"level": level, "outcome": outcome, "answer": None, "reference": "", "accepted_by": None} | times

    def dossier(self, number: str) -> dict[str, Any]:
        """One case as the provider sees it."""
        labels = {"ko": ("제목", "시도한 조치"), "en": ("Title", "Tried")}
        form = {
            lang: [
                {"field": "title", "label": title, "value": "가상 머신이 켜지지 않음", "quoted": lang == "en"},
                {"field": "tried", "label": tried, "value": "다시 시작", "quoted": lang == "en"},
            ]
            for lang, (title, tried) in labels.items()
        }
        ways = [{"language": "en", "due": "2026-11-28T04:00:00Z"}, {"language": "ko", "due": "2026-11-30T02:00:00Z"}]
        row = next(one for one in self.below if one["case"] == number)
        words = {"lang": "ko", "texts": ["VM이 안 켜져요. 급합니다."]}
        return {
            "partner": row["partner"], "case": number, "hops": self.hops, "open": True, "form": form, "original": words,
            "further": {"microsoft": ways, "isv": [{"language": "ko", "due": None}]},
        }  # fmt: skip

    def act_at(self, partner: str | None) -> None:
        at_home = signed_in_as(NAME, "provider")
        self.me = at_home if partner is None else signed_in_as(NAME, "lead", partner=partner, home="demo")
