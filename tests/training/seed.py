"""Customers with figures and chats, written as the app writes them."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.conversations.models import Conversation, Message
from firstline.core.database import Database
from firstline.desk.models import Case
from firstline.desk.tool_models import CaseContact
from firstline.knowledge.articles import Article
from firstline.knowledge.store import ArticleStore

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
TOPICS = {
    "record-teams-meeting": ("Teams 모임 녹화", "Record a Teams meeting"),
    "schedule-teams-meeting": ("Teams 모임 예약", "Schedule a Teams meeting"),
    "share-a-calendar": ("일정 공유", "Share a calendar"),
    "share-a-file-from-onedrive": ("OneDrive 파일 공유", "Share a file from OneDrive"),
}
_numbers = itertools.count(1001)

FIGURES = """고객번호,고객사명,도메인,기준일,라이선스 수,배포율,사용률
G-1,가나상사,gana.example,2026-10-31,50,90%,80%
D-2,다라물산,dara.example,2026-10-31,200,85%,70%
M-3,마바전자,maba.example,2026-10-31,100,88%,75%
S-4,사아디자인,kim@naver.com,2026-10-31,20,90%,85%
C-5,차카건설,chaka.example,2026-10-31,80,40%,75%
K-6,카타식품,kata.example,2026-10-31,60,92%,30%
T-7,타파소프트,tapa.example,2026-10-31,40,98%,112%
P-8,파하병원,paha.example,2026-10-31,,,70%
H-9,하가여행,haga.example,2026-10-31,70,80%,65%
N-10,나다운송,nada.example,2026-03-31,90,20%,20%
"""
# Address, questions by topic: what was asked in October and November, of which all but the last row has a customer.
ASKED: list[tuple[str, dict[str, int]]] = [
    ("lee@gana.example", {"record-teams-meeting": 7, "schedule-teams-meeting": 4, "share-a-calendar": 1}),
    ("park@dara.example", {"record-teams-meeting": 2, "share-a-calendar": 3}),
    ("choi@mail.maba.example", {"share-a-file-from-onedrive": 2}),
    ("kim@naver.com", {"share-a-calendar": 2}),
    ("yoon@paha.example", {"record-teams-meeting": 9}),
    ("jang@haga.example", {"share-a-calendar": 1}),
    ("", {"record-teams-meeting": 6}),
]
NAMED = {
    "G-1": ["questions ", "questions teams"],
    "C-5": ["deployment "],
    "K-6": ["usage "],
    "T-7": ["growth "],
    "H-9": ["wanted "],
}
"""What a count by hand names. ``G-1`` has 12 of 22 questions over 50 of 710 seats, ``D-2`` 5 over 200. ``S-4`` asked
more a seat than most, but just twice. ``P-8`` has no seats, and ``N-10`` only figures of March."""


async def articles(database: Database) -> None:
    """Publish the how-to articles, and one of another category."""
    store = ArticleStore(database)
    for slug, titles in {**TOPICS, "mail-not-arriving": ("메일이 오지 않음", "Mail does not arrive")}.items():
        for lang, title in zip(("ko", "en"), titles, strict=True):
            category: Any = "usage" if slug in TOPICS else "problem"
            article = Article(slug=slug, lang=lang, title=title, category=category, body="본문")  # type: ignore[arg-type]
            await store.save("demo", article, author="a", status="published")


def chat(session: AsyncSession, address: str, *, partner: str = "demo", category: str = "problem") -> str:
    """Add a conversation, with a case of another matter if an address was given."""
    number = next(_numbers)
    name = f"00000000-0000-0000-0000-{number:012d}"
    session.add(Conversation(id=name, partner=partner, language="ko", state="bot", bot_failures=0))
    if address:
        case = Case(
            partner=partner, number=f"DEMO-{number}", conversation_id=name, reason="asked", category=category,
            severity="general", tier="basic", language="ko", charter_version="1", contact_email=address,
            opened_at=NOW - timedelta(minutes=1),
        )  # fmt: skip
        session.add(case)
    return name


def ask(session: AsyncSession, conversation: str, slug: str, at: datetime, *, pressed: bool = False) -> None:
    """Add a question and the article that answers it."""
    receipt = {"answered": True, "asked": None if pressed else "?", "article": slug, "lang": "ko", "version": 1}
    payload = f'/show_article{{"slug":"{slug}"}}' if pressed else None
    common = {"conversation_id": conversation, "lang": "ko", "buttons": [], "articles": [], "attachments": []}
    session.add(Message(author="customer", text="어떻게 하나요", payload=payload, created_at=at, **common))
    session.add(Message(author="bot", text="이렇게요", receipt=receipt, created_at=at, **common))


async def chats(database: Database, now: datetime = NOW) -> None:
    """Write ``ASKED``, evenly over October and November, and what must not count."""
    async with database.session() as session:
        names = {address: chat(session, address) for address, _ in ASKED}
        await session.flush()
        for address, topics in ASKED:
            questions = [slug for slug, count in topics.items() for _ in range(count)]
            for place, slug in enumerate(questions):
                ask(session, names[address], slug, now - timedelta(days=1 + 50 * place // len(questions)))
                await session.flush()
        gana = names["lee@gana.example"]
        # Too old, no how-to question, and a pressed button that goes on with a question.
        ask(session, names["park@dara.example"], "record-teams-meeting", now - timedelta(days=120))
        await session.flush()
        ask(session, gana, "mail-not-arriving", now - timedelta(days=3))
        await session.flush()
        ask(session, gana, "share-a-calendar", now - timedelta(days=3), pressed=True)
        await session.flush()
        wish = {"payload": "/training_wanted", "buttons": [], "articles": [], "attachments": []}
        haga = names["jang@haga.example"]
        session.add(
            Message(
                conversation_id=haga,
                author="customer",
                text="교육 보기",
                lang="ko",
                created_at=now - timedelta(hours=1),
                **wish,
            )
        )
        # An address of nobody known beside the known one, and a chat of another partner.
        session.add(CaseContact(case_id=1, contact="x@unknown.example", partner="demo"))
        other = chat(session, "lee@gana.example", partner="other")
        await session.flush()
        ask(session, other, "record-teams-meeting", now - timedelta(days=2))
