"""Whose articles a partner's customers find: its own, its provider's, the starter library's, and not what it hides."""

from pathlib import Path

import pytest

from firstline.charter import CharterError, Charters, Providers
from firstline.core.database import Database
from firstline.core.errors import NotFound
from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.knowledge.article_log import events
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.knowledge.service import Knowledge


@pytest.fixture
def partners(tmp_path: Path) -> Path:
    """The demo partner as ``reseller``, with ``dist`` as its provider."""
    text = (PROJECT_ROOT / "partners" / "demo" / "charter.yaml").read_text("utf-8")
    for name, provider in (("dist", ""), ("reseller", "  provider: dist\n")):
        own = text.replace("id: demo", f"id: {name}").replace("partner:\n", f"partner:\n{provider}", 1)
        (tmp_path / "partners" / name).mkdir(parents=True)
        (tmp_path / "partners" / name / "charter.yaml").write_text(own, "utf-8")
    return tmp_path / "partners"


@pytest.fixture
def knowledge(database: Database, settings: Settings, partners: Path) -> Knowledge:
    return Knowledge(database, HashingEncoder(), settings, providers=Providers(Charters(partners)), starter=None)


async def found(knowledge: Knowledge, partner: str) -> list[tuple[str, str]]:
    response = await knowledge.search(partner, "reset a password", "en", 10)
    return [(hit.layer, hit.title) for hit in response.results]


async def publish(knowledge: Knowledge, layer: str, article) -> None:
    await knowledge.save(layer, article, author="kim", status="published")


async def test_customers_find_the_providers_article_until_the_reseller_has_its_own(knowledge: Knowledge, make):
    await knowledge.ensure_ready("reseller")
    await publish(knowledge, "dist", make(title="Of the provider"))
    assert await found(knowledge, "reseller") == [("dist", "Of the provider")]
    await publish(knowledge, "reseller", make(title="Our own"))
    assert await found(knowledge, "reseller") == [("reseller", "Our own")]
    assert await found(knowledge, "dist") == [("dist", "Of the provider")]
    assert (await knowledge.article("reseller", "reset-a-password", "en")).article.title == "Our own"
    await knowledge.set_status("reseller", "reset-a-password", "en", "archived")
    assert await found(knowledge, "reseller") == [("dist", "Of the provider")]


async def test_a_provider_named_later_counts_without_a_new_start(knowledge: Knowledge, partners: Path, make):
    await publish(knowledge, "reseller", make("own", title="Our own"))
    await publish(knowledge, "dist", make(title="Of the provider"))
    charter = partners / "reseller" / "charter.yaml"
    text = charter.read_text("utf-8")
    charter.write_text(text.replace("  provider: dist\n", ""), "utf-8")
    await knowledge.follow()
    assert await found(knowledge, "reseller") == [("reseller", "Our own")]
    charter.write_text(text, "utf-8")
    await knowledge.follow()
    assert {layer for layer, _title in await found(knowledge, "reseller")} == {"reseller", "dist"}


def test_a_provider_without_a_charter_is_named(partners: Path):
    charter = partners / "reseller" / "charter.yaml"
    charter.write_text(charter.read_text("utf-8").replace("provider: dist", "provider: dits"), "utf-8")
    with pytest.raises(CharterError, match=r"partner\.provider: reseller: there is no partner 'dits'; known: dist"):
        Providers(Charters(partners)).check()


async def test_a_hidden_article_is_neither_found_nor_read_until_it_is_shown_again(knowledge: Knowledge, make):
    await knowledge.store.save("starter", make(title="Of the library"), author="x", status="published")
    await knowledge.ensure_ready("reseller")
    await knowledge.ensure_ready("dist")
    await knowledge.hide("reseller", "reset-a-password", "en", True, "kim")
    assert await found(knowledge, "reseller") == []
    assert await knowledge.articles("reseller") == []
    assert await knowledge.hidden("reseller") == {("reset-a-password", "en")}
    with pytest.raises(NotFound):
        await knowledge.article("reseller", "reset-a-password", "en")
    assert await found(knowledge, "dist") == [("starter", "Of the library")]
    await publish(knowledge, "reseller", make(title="Our own"))
    assert await found(knowledge, "reseller") == [("reseller", "Our own")]
    await knowledge.set_status("reseller", "reset-a-password", "en", "archived")
    assert await found(knowledge, "reseller") == []
    await knowledge.hide("reseller", "reset-a-password", "en", False, "lee")
    assert await found(knowledge, "reseller") == [("starter", "Of the library")]
    assert await knowledge.hidden("reseller") == set()


async def test_hiding_stands_in_the_log_once(knowledge: Knowledge, database: Database, make):
    await knowledge.store.save("starter", make(), author="x", status="published")
    for hidden in (True, True, False):
        await knowledge.hide("reseller", "reset-a-password", "en", hidden, "kim")
    async with database.reading() as session:
        log = await events(session, "reseller", "reset-a-password", 10)
    assert [(event.what, event.who) for event in log] == [("shown_again", "kim"), ("hidden", "kim")]


async def test_what_no_lower_layer_has_cannot_be_hidden(knowledge: Knowledge, make):
    await publish(knowledge, "reseller", make())
    with pytest.raises(NotFound):
        await knowledge.hide("reseller", "reset-a-password", "en", True, "kim")


async def test_a_preview_without_the_own_article_keeps_what_is_hidden_away(knowledge: Knowledge, make):
    await knowledge.store.save("starter", make(title="Of the library"), author="x", status="published")
    await publish(knowledge, "reseller", make(title="Our own"))
    key = ("reset-a-password", "en")
    preview = await knowledge.edited_index("reseller", removed=[key])
    assert [document.title for document in preview.documents] == ["Of the library"]
    await knowledge.hide("reseller", *key, True, "kim")
    assert list((await knowledge.edited_index("reseller", removed=[key])).documents) == []
    assert await found(knowledge, "reseller") == [("reseller", "Our own")]
