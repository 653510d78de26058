"""Rows of what a few conversations don't reach: incidents, views, prepared replies, hand-ons, windows, log-ins."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select

from firstline.conversations.models import Conversation
from firstline.core.database import Database
from firstline.core.leases import Lease
from firstline.core.times import utcnow
from firstline.desk.models import Case
from firstline.desk.staff_models import OidcLogin
from firstline.desk.team_models import DeskLine
from firstline.desk.tool_models import TEAM, CannedReply, DefaultView, SavedView
from firstline.escalation.models import Escalation, EscalationHop
from firstline.knowledge.models import EmbeddingRow, HiddenRow, KnowledgeState
from firstline.outbox.models import DEAD, Notice
from firstline.service_health.models import DeclaredIncident, HealthFollower, HealthIssue, TroubleReport

BEGAN = datetime(2026, 11, 23, 0, 5, tzinfo=UTC)


async def leave_the_rest(database: Database) -> None:
    """Add a row to every table that has none yet; of the many vectors three are enough."""
    async with database.session() as session:
        few = select(EmbeddingRow.sha256).order_by(EmbeddingRow.sha256).limit(3)
        await session.execute(delete(EmbeddingRow).where(EmbeddingRow.sha256.not_in(few)))
        case = (await session.scalars(select(Case).order_by(Case.id.desc()))).first()
        assert case is not None
        talk = await session.get_one(Conversation, case.conversation_id)
        session.add(Escalation(case_id=case.id, dossier={"summary": "부산 사무실 전원 메일 발송 불가"}, revision=1))
        issue = HealthIssue(
            partner="demo", issue_id="EX1187204", title="Users can't send mail", service="Exchange Online",
            classification="incident", status="serviceDegradation", impact="일부 사용자가 메일을 보내지 못합니다.",
            started_at=BEGAN, modified_at=BEGAN + timedelta(hours=1),
        )  # fmt: skip
        session.add(issue)
        await session.flush()
        session.add_all(
            [
                EscalationHop(
                    case_id=case.id, level="provider", language="ko", sent_at=utcnow(), sent_by="minji@example.com",
                    dossier={"summary": "부산 사무실 전원 메일 발송 불가"}, reference="P-20261123-7",
                    answer="확인 중입니다.",
                ),
                HealthFollower(issue_id=issue.id, conversation_id=talk.id),
                TroubleReport(partner="demo", conversation_id=talk.id, product="outlook", symptom="mail"),
                DeclaredIncident(
                    partner="demo", text_ko="메일 발송이 늦어지고 있습니다.", text_en="Mail is being sent late.",
                    product="outlook", starts_at=BEGAN, declared_by="jun",
                ),
                SavedView(partner="demo", owner=TEAM, name="부산", filter={"text": "부산"}),
                DefaultView(staff_id=1, partner="demo", view="mine"),
                CannedReply(
                    partner="demo", owner=TEAM, shortcut="mfa", title={"ko": "MFA 초기화", "en": "Reset MFA"},
                    text={"ko": "인증 방법을 초기화했습니다.", "en": "We have reset your sign-in methods."},
                    updated_by="jun",
                ),
                Notice(
                    key="breached:2", partner="demo", channel="webhook", kind="breached", case_number=case.number,
                    target="https://hooks.example.com/firstline", content={"type": "case.breached"}, state=DEAD,
                    attempts=10, error="503 Service Unavailable", done_at=utcnow(),
                ),
                DeskLine(id="c" * 32, staff_id=1, partner="demo", case_id=case.id, until=utcnow()),
                OidcLogin(
                    state_hash="5" * 64, nonce="n-0S6", verifier="v-9Xk", partner="demo", after="/desk",
                    expires_at=utcnow(),
                ),
                HiddenRow(partner="demo", slug="two-factor-lost-phone", lang="ko", hidden=True, revision=1),
                KnowledgeState(key="starter", value="2026-11-20"),
                Lease(name="housekeeping", owner="d" * 32, expires_at=utcnow()),
            ]
        )  # fmt: skip
