"""Import service-health issues, and tell the conversations that wait for news of them."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter, format_datetime
from firstline.conversations import store
from firstline.conversations.states import State
from firstline.core.errors import NotFound
from firstline.desk.history import TEXTS
from firstline.service_health.graph_issue import GraphIssue
from firstline.service_health.issues import Imported, followers, keep_issues
from firstline.service_health.wording import news_text


async def import_issues(
    session: AsyncSession, charter: Charter, issues: Sequence[GraphIssue], *, replace: bool = False
) -> Imported:
    """Keep the issues and write the news into every conversation that follows one, in its own language."""
    imported = await keep_issues(session, charter.id, issues, replace=replace)
    for issue in imported.news:
        for conversation_id in await followers(session, issue):
            try:
                conversation = await store.get_conversation(session, conversation_id)
            except NotFound:
                continue
            lang = conversation.language
            when = format_datetime(issue.modified_at, lang, charter.main_calendar.tz)
            buttons = []
            if issue.is_resolved and conversation.state == State.BOT:
                buttons = [{"title": TEXTS.get(lang, "closing.still_broken"), "payload": "/still_broken"}]
            text = news_text(issue, lang, when)
            await store.add_message(session, conversation, "system", text, buttons=buttons)
    return imported
