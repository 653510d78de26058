from pathlib import Path

import pytest
from sqlalchemy import delete

from firstline.core.database import Database
from firstline.core.errors import BadInput, NotFound
from firstline.core.settings import Settings
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.knowledge.models import EmbeddingRow
from firstline.knowledge.service import Knowledge


class CountingEncoder(HashingEncoder):
    def __init__(self, dim: int = 256) -> None:
        super().__init__(dim)
        self.texts = 0

    def encode_passages(self, texts):
        self.texts += len(texts)
        return super().encode_passages(texts)


def found(response) -> list[tuple[str, str]]:
    return [(hit.slug, hit.lang) for hit in response.results]


async def publish(knowledge: Knowledge, partner: str, *articles) -> None:
    for article in articles:
        await knowledge.save(partner, article, author="kim", status="published")


async def test_published_is_found_at_once_and_drafts_never(knowledge: Knowledge, make):
    await publish(knowledge, "acme", make())
    await knowledge.save("acme", make("zebra-stripes", title="Zebra stripes"), author="kim", status="draft")
    assert found(await knowledge.search("acme", "zebra stripes", "en", 10)) == [("reset-a-password", "en")]
    await knowledge.set_status("acme", "zebra-stripes", "en", "published")
    assert found(await knowledge.search("acme", "zebra stripes", "en"))[0] == ("zebra-stripes", "en")
    await knowledge.set_status("acme", "zebra-stripes", "en", "archived")
    assert ("zebra-stripes", "en") not in found(await knowledge.search("acme", "zebra stripes", "en", 10))


async def test_partners_do_not_see_each_other(knowledge: Knowledge, make):
    await publish(knowledge, "acme", make(title="Acme only"))
    await publish(knowledge, "other", make(title="Other only"))
    assert [hit.title for hit in (await knowledge.search("acme", "only", "en", 10)).results] == ["Acme only"]
    with pytest.raises(NotFound):
        await knowledge.article("third", "reset-a-password", "en")


async def test_partner_layer_wins_over_provider_and_starter(database: Database, settings: Settings, make):
    knowledge = Knowledge(database, HashingEncoder(), settings, starter=None, providers={"acme": "dist"})
    await knowledge.store.save("starter", make(title="From the starter"), author="x", status="published")
    await knowledge.ensure_ready("acme")
    assert (await knowledge.search("acme", "password", "en")).results[0].layer == "starter"
    await publish(knowledge, "dist", make(title="From the provider"))
    assert (await knowledge.search("acme", "password", "en")).results[0].layer == "dist"
    await publish(knowledge, "acme", make(title="From the partner"))
    response = await knowledge.search("acme", "password", "en", 10)
    assert [(hit.layer, hit.title) for hit in response.results] == [("acme", "From the partner")]


async def test_other_language_only_where_the_own_has_none(knowledge: Knowledge, make):
    await publish(
        knowledge, "acme", make(), make(lang="ko"), make("vpn-setup", title="VPN set-up", body="Install the VPN.")
    )
    response = await knowledge.search("acme", "VPN 설정", None, 10)
    assert response.lang == "ko"
    assert set(found(response)) == {("reset-a-password", "ko"), ("vpn-setup", "en")}
    assert {hit.slug: hit.cross_language for hit in response.results} == {"reset-a-password": False, "vpn-setup": True}


async def test_wrong_keyboard_and_hangul_brand_find_the_article(knowledge: Knowledge, make):
    await publish(
        knowledge, "acme",
        make("teams", lang="ko", title="팀즈 연결", questions=["팀즈가 안 열려요"]),
        make("invoice", lang="ko", title="청구서", questions=["세금계산서 주세요"]),
    )  # fmt: skip
    assert found(await knowledge.search("acme", "xlawm", "ko"))[0] == ("teams", "ko")


@pytest.mark.parametrize("query", ["", "   ", "\u200b"])
async def test_blank_query_finds_nothing(knowledge: Knowledge, make, query: str):
    await publish(knowledge, "acme", make())
    response = await knowledge.search("acme", query)
    assert not response.answered and response.results == []


@pytest.mark.parametrize("query", ["?!", "🙏🙏", "\u0000", "a" * 50_000, "가" * 5_000, "<script>"])
async def test_odd_queries_give_an_answer_object(knowledge: Knowledge, make, query: str):
    await publish(knowledge, "acme", make())
    response = await knowledge.search("acme", query)
    assert all(0.0 <= hit.probability <= 1.0 for hit in response.results)


async def test_partner_without_articles_finds_nothing(knowledge: Knowledge):
    response = await knowledge.search("acme", "anything")
    assert not response.answered and response.results == []


@pytest.mark.parametrize("partner", ["starter", "", "../etc", "a/b", "A"])
async def test_bad_partner_names_are_refused(knowledge: Knowledge, partner: str):
    with pytest.raises(BadInput):
        await knowledge.ensure_ready(partner)


async def test_republishing_embeds_only_what_changed(database: Database, settings: Settings, make):
    encoder = CountingEncoder()
    knowledge = Knowledge(database, encoder, settings, starter=None)
    await publish(knowledge, "acme", make(questions=["one", "two", "three"]))
    before = encoder.texts
    await publish(knowledge, "acme", make(questions=["one", "two", "three", "four"]))
    assert encoder.texts - before == 1


async def test_publishing_embeds_an_articles_own_words_even_when_no_vector_is_remembered(
    database: Database, settings: Settings, make
):
    encoder = CountingEncoder()
    knowledge = Knowledge(database, encoder, settings, starter=None)
    await publish(knowledge, "acme", make(questions=["one", "two"]))
    async with database.session() as session:
        await session.execute(delete(EmbeddingRow))
    before = encoder.texts
    await publish(knowledge, "acme", make("add-a-user", title="Add a user", questions=["three", "four"]))
    title, questions, passage = 1, 2, 1
    assert encoder.texts - before == title + questions + passage
    assert found(await knowledge.search("acme", "three", "en"))[0] == ("add-a-user", "en")


async def test_index_of_another_model_is_built_anew(database: Database, settings: Settings, make):
    await publish(Knowledge(database, HashingEncoder(64), settings, starter=None), "acme", make())
    knowledge = Knowledge(database, HashingEncoder(128), settings, starter=None)
    await knowledge.ensure_ready("acme")
    response = await knowledge.search("acme", "password")
    assert response.model == "hashing-128" and found(response) == [("reset-a-password", "en")]


async def test_lost_or_damaged_index_is_built_anew(database: Database, settings: Settings, make):
    await publish(Knowledge(database, HashingEncoder(), settings, starter=None), "acme", make())
    folder = settings.index_dir / "acme"
    for damage in ("segment-*/arrays.bin", "frame-*.bin", "manifest.json"):
        for path in folder.glob(damage):
            path.write_bytes(path.read_bytes()[:-70] if path.suffix == ".bin" else b"{broken")
        knowledge = Knowledge(database, HashingEncoder(), settings, starter=None)
        await knowledge.ensure_ready("acme")
        assert found(await knowledge.search("acme", "password")) == [("reset-a-password", "en")]


async def test_import_reports_the_bad_and_export_reads_back(knowledge: Knowledge, make, tmp_path: Path):
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.md").write_text(make().to_markdown(), "utf-8")
    (source / "b.md").write_text(make("other", body="x").to_markdown().replace("category", "kategory"), "utf-8")
    report = await knowledge.import_folder("acme", source)
    assert (report.imported, report.unchanged) == (1, 0)
    assert [Path(error.file).name for error in report.errors] == ["b.md"]
    assert (await knowledge.import_folder("acme", source)).unchanged == 1
    assert await knowledge.export("acme", tmp_path / "out") == 1
    report = await knowledge.import_folder("copy", tmp_path / "out")
    assert (await knowledge.article("copy", "reset-a-password", "en")).article == make()


async def test_passage_for_returns_the_fitting_section(knowledge: Knowledge, make):
    body = "The lead says little.\n\n## Price\n\nIt costs nothing at all.\n\n## Duration\n\nIt takes two whole weeks."
    await publish(knowledge, "acme", make(body=body))
    passage = await knowledge.passage_for("acme", "reset-a-password", "en", "duration takes how many weeks")
    assert passage.heading == "Duration"
    assert passage.excerpt == "The lead says little.\n\n**Duration**\n\nIt takes two whole weeks."
    with pytest.raises(NotFound):
        await knowledge.passage_for("acme", "gone", "en", "x")


async def test_starter_library_follows_its_files(database: Database, settings: Settings, make, tmp_path: Path):
    folder = tmp_path / "starter" / "en"
    folder.mkdir(parents=True)
    (folder / "a.md").write_text(make().to_markdown(), "utf-8")
    (folder / "b.md").write_text(make("second", title="Second").to_markdown(), "utf-8")
    knowledge = Knowledge(database, HashingEncoder(), settings, starter=tmp_path / "starter")
    await knowledge.ensure_ready("acme")
    assert await knowledge.sizes("acme") == {"articles": 2, "lines": 2, "passages": 2}
    (folder / "b.md").unlink()
    await knowledge.ensure_ready("acme")
    assert [entry.article.slug for entry in await knowledge.articles("acme")] == ["reset-a-password"]


async def test_words_tell_less_where_articles_share_their_title(knowledge: Knowledge, make):
    async def words() -> float:
        response = await knowledge.search("acme", "toner", "en", 10)
        return next(hit.parts["passage_words"] for hit in response.results if hit.slug == "toner")

    other = make("paper", title="Paper guide", body="Paper lies in the lower tray.")
    toner = make("toner", title="Printer manual", body="Toner is changed at the front.")
    await publish(knowledge, "acme", toner, other)
    alone = await words()
    await publish(knowledge, "acme", other.model_copy(update={"title": "Printer manual"}))
    assert 0 < await words() < alone / 2


async def test_an_article_with_one_question_is_not_what_every_other_question_is_about(knowledge: Knowledge, make):
    asked = [f"I forgot my {word} password" for word in ("mail", "portal", "old", "new", "first")]
    menu = make("menu", title="Canteen", questions=["What is for lunch"])
    await publish(knowledge, "acme", make(questions=asked), menu)
    response = await knowledge.search("acme", "forgot the password", "en", 10)
    topics = {hit.slug: hit.parts["topic"] for hit in response.results}
    assert topics["menu"] < topics["reset-a-password"]
    response = await knowledge.search("acme", "what is there for lunch", "en", 10)
    topics = {hit.slug: hit.parts["topic"] for hit in response.results}
    assert topics["reset-a-password"] < topics["menu"]
