"""A complete dossier and a complete credit file, and what to spoil in them."""

from datetime import UTC, datetime
from typing import Any

from ..staff.routes import DOSSIER

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TENANT = DOSSIER["tenant_id"]
DOSSIER = DOSSIER | {"users_affected": "30", "locations": "서울", "summary": "영업팀 메일이 오지 않습니다."}

CREDIT: dict[str, Any] = {
    "service": "Exchange Online",
    "incident_id": "EX25194",
    "tenant_id": TENANT,
    "tenant_domain": "customer.example",
    "through_csp": True,
    "started_at": "2026-11-15T01:00:00Z",
    "ended_at": "2026-11-15T05:00:00Z",
    "users_affected": "30",
    "locations": "서울",
    "tried": "다시 로그인, 웹 접속",
    "support_mail": {"sender": "kim@customer.example", "sent_at": "2026-11-15T01:30:00Z", "text": "메일이 안 됩니다."},
    "credit_mail": {"sender": "kim@customer.example", "sent_at": "2026-11-16T01:30:00Z", "text": "크레딧 요청합니다."},
    "ticket": "2611150001",
    "contact": "김서연 desk@partner.example",
}
