import pytest

from firstline.core.database import Database
from firstline.core.errors import BadInput, Conflict
from firstline.knowledge.store import ArticleStore, layers_for


@pytest.fixture
def store(database: Database) -> ArticleStore:
    return ArticleStore(database)


def test_layers_run_from_partner_to_starter():
    assert layers_for("acme") == ["acme", "starter"]
    assert layers_for("acme", {"acme": "dist"}) == ["acme", "dist", "starter"]
    with pytest.raises(BadInput):
        layers_for("starter")


async def test_draft_is_kept_but_not_live(store: ArticleStore, make):
    await store.save("acme", make(), author="kim")
    assert await store.live(["acme"]) == []
    assert [(entry.version, entry.status, entry.author) for entry in await store.newest("acme")] == [
        (1, "draft", "kim")
    ]


async def test_edit_of_a_published_article_goes_live_only_when_published(store: ArticleStore, make):
    await store.save("acme", make(body="First text."), author="kim", status="published")
    await store.save("acme", make(body="Second text."), author="lee", status="review")
    assert [entry.article.body for entry in await store.live(["acme"])] == ["First text."]
    await store.set_status("acme", "reset-a-password", "en", "published")
    assert [entry.article.body for entry in await store.live(["acme"])] == ["Second text."]
    history = await store.history("acme", "reset-a-password", "en")
    assert [(entry.version, entry.live, entry.article.body) for entry in history] == [
        (2, True, "Second text."),
        (1, False, "First text."),
    ]


async def test_archived_article_uncovers_the_layer_below(store: ArticleStore, make):
    await store.save("starter", make(title="Starter"), author="x", status="published")
    await store.save("acme", make(title="Acme"), author="x", status="published")
    assert [entry.article.title for entry in await store.live(["acme", "starter"])] == ["Acme"]
    assert [entry.article.title for entry in await store.live(["other", "starter"])] == ["Starter"]
    await store.set_status("acme", "reset-a-password", "en", "archived")
    assert [entry.article.title for entry in await store.live(["acme", "starter"])] == ["Starter"]


async def test_same_text_again_makes_no_version(store: ArticleStore, make):
    first = await store.save("acme", make(), author="kim", status="published")
    again = await store.save("acme", make(), author="lee", status="published")
    assert (first.version, again.version) == (1, 1)


async def test_stale_editor_is_told(store: ArticleStore, make):
    await store.save("acme", make(body="One."), author="kim", expect_version=0)
    await store.save("acme", make(body="Two."), author="lee", expect_version=1)
    with pytest.raises(Conflict, match="version 2"):
        await store.save("acme", make(body="Three."), author="kim", expect_version=1)
    assert len(await store.history("acme", "reset-a-password", "en")) == 2
