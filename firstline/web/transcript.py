"""A conversation to read by the link of an e-mail: ``/transcript/{token}``. The link's holder may go on in the chat."""

from pathlib import Path
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request, Response
from fastapi.templating import Jinja2Templates

from firstline.charter import Charters, format_datetime
from firstline.chat.tokens import Tokens
from firstline.conversations import store
from firstline.conversations.models import Conversation
from firstline.core.database import Database
from firstline.core.errors import NotSignedIn
from firstline.core.signed_links import SignedLinks
from firstline.core.texts import string_table
from firstline.core.times import iso, utcnow
from firstline.desk.telling import TRANSCRIPT

_TEXTS = string_table(Path(__file__).parent / "static" / "transcript" / "strings")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}


def transcript_router(database: Database, charters: Charters, links: SignedLinks, tokens: Tokens) -> APIRouter:
    """Return the page; a link that is forged or has expired is a page too, with status 401."""
    router = APIRouter(include_in_schema=False)
    templates = Jinja2Templates(directory=Path(__file__).parent / "templates")

    def page(request: Request, lang: str, status: int = 200, **values: object) -> Response:
        other = "en" if lang == "ko" else "ko"
        values |= {"t": _TEXTS.table(lang), "lang": lang, "other": other, "static": "/article-files"}
        return templates.TemplateResponse(request, "transcript.html", values, status_code=status, headers=_HEADERS)

    @router.get("/transcript/{token}")
    async def transcript(request: Request, token: str, lang: str = "ko") -> Response:
        lang = "en" if lang == "en" else "ko"
        try:
            partner, conversation_id = links.read(TRANSCRIPT, token, utcnow())
        except NotSignedIn as error:
            return page(request, lang, 401, problem="old" if error.code == "old_link" else "bad")
        async with database.reading() as session:
            conversation = await session.get(Conversation, conversation_id)
            if conversation is None or conversation.partner != partner:
                return page(request, lang, 401, problem="old")
            found = await store.transcript(session, conversation_id)
        zone = charters.get(partner).main_calendar.tz
        messages = [
            {
                "author": message.author,
                "author_name": message.author_name,
                "lang": message.lang,
                "text": message.text,
                "at": iso(message.created_at),
                "when": format_datetime(message.created_at, lang, zone),
            }
            for message in found
        ]
        resume = f"/widget/frame?{urlencode({'partner': partner, 'locale': lang})}"
        resume += f"#resume={quote(tokens.make(partner, conversation_id))}"
        return page(request, lang, messages=messages, resume=resume, problem="")

    return router
