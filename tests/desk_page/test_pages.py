"""What the pages promise without a browser: no inline code, a strict policy, complete words."""

import json
import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from firstline.web.pages import STATIC_FOLDER, router

PAGES = ["/login", "/desk", "/authors", "/staff"]
HANGUL = re.compile(r"[가-힣]")
# Names and units that are the same in both languages.
SAME_IN_BOTH = {
    "product", "owner_microsoft", "actor_zammad", "actor_chatwoot", "notices_do_named", "below_with_microsoft",
}  # fmt: skip
NO_WORDS = re.compile(r"^[\s{}a-z_()·]*$")


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk.test") as client:
        yield client


def tables() -> dict[str, dict[str, str]]:
    return {lang: json.loads((STATIC_FOLDER / "strings" / f"{lang}.json").read_text("utf-8")) for lang in ("ko", "en")}


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_forbids_foreign_and_inline_code(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_holds_no_inline_script_or_style(client: httpx.AsyncClient, path: str) -> None:
    html = (await client.get(path)).text
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html))


@pytest.mark.parametrize("path", PAGES)
async def test_what_a_page_loads_is_there(client: httpx.AsyncClient, path: str) -> None:
    loaded = re.findall(r'(?:src|href)="/staff/static/([^"]+)"', (await client.get(path)).text)
    assert len(loaded) >= 4
    assert [name for name in loaded if not (STATIC_FOLDER / name).is_file()] == []


@pytest.mark.parametrize("path", PAGES)
async def test_without_scripts_a_page_says_so_in_both_languages(client: httpx.AsyncClient, path: str) -> None:
    html = (await client.get(path)).text
    for table in tables().values():
        assert table["needs_script"] in html


def test_both_languages_have_the_same_words_and_places() -> None:
    ko, en = tables()["ko"], tables()["en"]
    assert ko.keys() == en.keys()
    places = re.compile(r"\{\w+\}")
    # The day's name is written out in one language and a number in the other.
    differ = {key for key in ko if set(places.findall(ko[key])) != set(places.findall(en[key]))}
    assert differ == {"time_day"}
    assert not [key for table in (ko, en) for key in table if not table[key].strip()]


def test_korean_is_korean_and_english_is_english() -> None:
    ko, en = tables()["ko"], tables()["en"]
    assert not [key for key, text in en.items() if HANGUL.search(text)]
    assert not [
        k for k, text in ko.items() if k not in SAME_IN_BOTH and not HANGUL.search(text) and not NO_WORDS.match(text)
    ]
    assert not [key for key, text in ko.items() if re.search("당신|귀하|하십시오", text)]


def test_every_word_a_script_names_is_in_the_table() -> None:
    scripts = "\n".join(path.read_text("utf-8") for path in STATIC_FOLDER.glob("*.js"))
    named = set(re.findall(r'\bt\("([A-Za-z_]+)"', scripts))
    assert len(named) > 50
    assert named - tables()["ko"].keys() == set()


def test_scripts_hold_no_words_of_their_own() -> None:
    for path in STATIC_FOLDER.glob("*.js"):
        code = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text("utf-8"), flags=re.S)
        assert not HANGUL.search(code.replace("한국어", "")), path.name
        assert "innerHTML" not in code, path.name
        assert len(code.splitlines()) < 250, path.name
