"""An issue in a customer's words. The sentences stand in ``texts/<language>.yaml``."""

from pathlib import Path

from firstline.core.texts import string_table
from firstline.service_health.models import HealthIssue

_TEXTS = string_table(Path(__file__).parent / "texts")
_KEYS = _TEXTS.keys()


def issue_text(issue: HealthIssue, lang: str, started: str, modified: str) -> str:
    """Say what is wrong with which service, since when, and the last news; ``started`` and ``modified`` in words."""
    return _issue(issue, lang, "issue" if issue.impact else "issue_plain", started, modified)


def over_text(issue: HealthIssue, lang: str, started: str, modified: str) -> str:
    """Say that an issue is over; ``started`` and ``modified`` in words."""
    return _issue(issue, lang, "issue_over", started, modified)


def _issue(issue: HealthIssue, lang: str, key: str, started: str, modified: str) -> str:
    return _TEXTS.get(
        lang,
        key,
        service=issue.service,
        id=issue.issue_id,
        kind=kind_text(issue, lang),
        status=status_text(issue, lang),
        started=started,
        modified=modified,
        impact=issue.impact,
    )


def kind_text(issue: HealthIssue, lang: str) -> str:
    """Say whether it is an incident or an advisory."""
    key = f"kind.{issue.classification}"
    return _TEXTS.get(lang, key if key in _KEYS else "kind.other")


def status_text(issue: HealthIssue, lang: str) -> str:
    """Say the status; one that nobody knows yet is said as Microsoft writes it."""
    key = f"status.{'resolved' if issue.is_resolved else issue.status}"
    return _TEXTS.get(lang, key) if key in _KEYS else issue.status


def news_text(issue: HealthIssue, lang: str, modified: str) -> str:
    """Say that an issue that the customer waits for has changed."""
    key = "news.resolved" if issue.is_resolved else "news.changed"
    return _TEXTS.get(
        lang, key, service=issue.service, id=issue.issue_id, status=status_text(issue, lang), modified=modified
    )
