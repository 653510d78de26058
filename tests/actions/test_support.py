"""The support terms that the bot says: those of the customer's tier where the partner's site told it."""

from typing import Any

import pytest

from firstline.conversations.customer_models import KnownCustomer
from firstline.core.settings import PROJECT_ROOT, Settings

QUICKER = "  plus: {general: {first_response: 13h, next_update: 24h, resolve: best_effort}}\n"


@pytest.fixture
def settings(settings: Settings, tmp_path: Any) -> Settings:
    """Plus answers a general question sooner than Basic."""
    charter = (PROJECT_ROOT / "partners" / "demo" / "charter.yaml").read_text("utf-8")
    (tmp_path / "partners" / "demo").mkdir(parents=True)
    (tmp_path / "partners" / "demo" / "charter.yaml").write_text(
        charter.replace("\ntargets:\n", f"\ntargets:\n{QUICKER}", 1), "utf-8"
    )
    return settings.model_copy(update={"partners_dir": tmp_path / "partners"})


@pytest.fixture
def caller_of(app: Any, caller: Any) -> Any:
    """Begin a conversation, of a customer in ``tier`` where the partner's site told one."""

    async def begin(tier: str | None, lang: str) -> Any:
        talk = await caller(lang)
        if tier:
            async with app.state.parts.database.session() as session:
                session.add(KnownCustomer(conversation_id=talk.id, partner="demo", customer_id="C-1", tier=tier))
        return talk

    return begin


async def said(talk: Any, intent: str) -> dict[str, Any]:
    (response,) = await talk.turn("action_support_options", "?", intent)
    return dict(response)


@pytest.mark.parametrize(
    ("tier", "lang", "name", "first", "other"),
    [
        (None, "ko", "베이직", "24영업시간", "13영업시간"),
        ("basic", "ko", "베이직", "24영업시간", "13영업시간"),
        ("plus", "ko", "플러스", "13영업시간", "24영업시간"),
        ("plus", "en", "Plus", "13 ", "24 "),
        ("gone", "en", "Basic", "24 ", "13 "),
    ],
)
async def test_response_times_are_those_of_the_customers_tier(
    caller_of: Any, tier: str | None, lang: str, name: str, first: str, other: str
) -> None:
    response = await said(await caller_of(tier, lang), "support_sla")
    assert response["tier_text"] == name
    last = response["sla_text"].splitlines()[-1]
    assert first in last and other not in last


@pytest.mark.parametrize(
    ("tier", "lang", "text", "name"),
    [
        (None, "ko", "플러스로 올리면 얼마나 빨라지나요", "플러스"),
        ("basic", "en", "how soon do you answer on Plus?", "Plus"),
        ("plus", "ko", "베이직은 응답이 얼마나 걸려요", "베이직"),
        ("plus", "en", "are you quicker on Plus than on Basic?", "Basic"),
        (None, "en", "any surplus time?", "Basic"),
    ],
)
async def test_response_times_of_another_tier_are_told_to_who_names_it(
    caller_of: Any, tier: str | None, lang: str, text: str, name: str
) -> None:
    talk = await caller_of(tier, lang)
    (response,) = await talk.turn("action_support_options", text, "support_sla")
    assert response["tier_text"] == name


@pytest.mark.parametrize(
    ("tier", "lang", "phone"),
    [
        (None, "ko", "**전화(플러스 등급 전용)**: 02-000-0000"),
        (None, "en", "**Phone (Plus plan only)**: 02-000-0000"),
        ("basic", "ko", None),
        ("plus", "ko", "**전화**: 02-000-0000"),
    ],
)
async def test_a_channel_is_told_to_whom_it_is_open(caller_of: Any, tier: str | None, lang: str, phone: str) -> None:
    told = (await said(await caller_of(tier, lang), "support_contact"))["channels_text"]
    assert (phone in told) if phone else ("02-000-0000" not in told)
    assert "support@example.com" in told


@pytest.mark.parametrize(("tier", "marked"), [(None, ""), ("plus", "**플러스(고객님의 등급)**")])
async def test_the_customers_own_tier_is_marked_among_the_prices(caller_of: Any, tier: str | None, marked: str) -> None:
    told = (await said(await caller_of(tier, "ko"), "support_price"))["tiers_text"]
    assert marked in told
    assert told.count("고객님의 등급") == bool(tier)
