import httpx
import pytest
from fastapi import FastAPI

from firstline.charter import Charters
from firstline.core.settings import Settings
from firstline.knowledge.service import Knowledge
from firstline.web.articles import article_router


@pytest.fixture
async def client(knowledge: Knowledge, settings: Settings, make):
    await knowledge.save(
        "demo",
        make(
            body="Lead.\n\n## One\n\n<script>bad()</script>\n\n## Two\n\n## Three",
            see_also=["only-korean", "gone"],
            valid_as_of="2023-10",
            symptoms=["a secret line for search"],
        ),
        author="kim",
        status="published",
    )
    await knowledge.save("demo", make(lang="ko"), author="kim", status="published")
    await knowledge.save("demo", make("only-korean", lang="ko", title="한국어뿐"), author="kim", status="published")
    await knowledge.save("demo", make("draft"), author="kim", status="draft")
    app = FastAPI()
    app.include_router(article_router(knowledge, Charters(settings.partners_dir)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
        yield client


async def test_page_shows_text_facts_and_the_other_language(client: httpx.AsyncClient):
    page = await client.get("/articles/demo/en/reset-a-password")
    assert page.status_code == 200 and "content-security-policy" in page.headers
    assert '<h2 id="one">One</h2>' in page.text and 'href="#two"' in page.text
    assert "2023-10" in page.text and 'href="/articles/demo/ko/reset-a-password"' in page.text
    assert 'href="/articles/demo/ko/only-korean"' in page.text and "gone" not in page.text
    assert "<script>bad" not in page.text and "a secret line" not in page.text
    assert 'src="/widget.js" data-partner="demo" data-locale="en"' in page.text


async def test_article_of_one_language_points_there(client: httpx.AsyncClient):
    page = await client.get("/articles/demo/en/only-korean")
    assert page.status_code == 404
    assert 'href="/articles/demo/ko/only-korean"' in page.text and "한국어뿐" in page.text


@pytest.mark.parametrize(
    "path", ["demo/en/draft", "demo/en/gone", "nobody/en/reset-a-password", "demo/de", "nobody/ko"]
)
async def test_missing_pages_help_with_status_404(client: httpx.AsyncClient, path: str):
    page = await client.get(f"/articles/{path}")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html") and "<h1>" in page.text


async def test_listing_groups_by_category_in_one_language(client: httpx.AsyncClient):
    page = await client.get("/articles/demo/ko")
    assert page.status_code == 200 and '<section class="group" id="problem">' in page.text
    assert "한국어뿐" in page.text and "/articles/demo/ko/only-korean" in page.text
    assert "Reset a password" not in page.text


async def test_files_of_the_page_are_served(client: httpx.AsyncClient):
    for name in ("articles.css", "articles.js"):
        assert (await client.get(f"/article-files/{name}")).status_code == 200
