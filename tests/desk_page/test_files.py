"""Files at the desk: the customer's, and the agent's own; what the customer left and how they judged the case."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
PNG = {"name": "안내 화면.png", "mimeType": "image/png", "buffer": bytes(3000)}


@pytest.fixture
def mine(desk: Any, fake_api: Any) -> Any:
    """The desk with one case that the agent has."""
    desk.add(
        "DEMO-1001", question="아웃룩이 안 열려요", mine=True, agent_name=fake_api.NAME, state="human", status="human",
        rating={"state": "given", "score": 4, "comment": "빨랐어요", "until": None},
    )  # fmt: skip
    return desk


def attached(**changes: Any) -> list[dict[str, Any]]:
    file = {"id": "1", "name": "오류.png", "kind": "png", "bytes": 240_000, "state": "ready", "scanned": False}
    return [file | changes]


def choose(page: Page, *files: Any) -> None:
    page.locator(".uploads-area input").set_input_files(list(files))


def test_customers_file_can_be_saved_and_says_that_nobody_scanned_it(mine: Any, open_desk: Open) -> None:
    mine.say("DEMO-1001", "customer", "오류.png", attachments=attached(), payload="/file", live=False)
    page = open_desk("DEMO-1001")
    card = page.locator(".item.customer .attachments li")
    expect(card).to_contain_text("240 KB · 검사하지 않음")
    expect(page.locator(".item.customer").last).not_to_contain_text("누름")
    with page.expect_download() as saving:
        card.get_by_role("link", name="오류.png").click()
    assert Path(saving.value.path()).read_bytes() == b"content"


@pytest.mark.parametrize(("state", "words"), [("held", "검사 대기"), ("refused", "삭제됨")])
def test_what_may_not_be_opened_has_no_link(mine: Any, open_desk: Open, state: str, words: str) -> None:
    mine.say("DEMO-1001", "customer", "오류.png", attachments=attached(state=state), payload="/file", live=False)
    card = open_desk("DEMO-1001").locator(".item.customer .attachments li")
    expect(card).to_contain_text(words)
    expect(card.get_by_role("link")).to_have_count(0)


def test_agent_sends_a_file(mine: Any, open_desk: Open) -> None:
    page = open_desk("DEMO-1001")
    choose(page, PNG)
    expect(page.locator(".item.agent .attachments li")).to_contain_text("안내 화면.png")
    expect(page.locator(".uploads li")).to_have_count(0)
    assert mine.called("file") == [{"name": "안내 화면.png", "bytes": 3000}]


def test_what_failed_is_sent_again_and_what_is_refused_is_not(mine: Any, open_desk: Open) -> None:
    page = open_desk("DEMO-1001")
    mine.failures = [400]
    choose(page, PNG)
    row = page.locator(".uploads li")
    expect(row).to_contain_text("보낼 수 없는 형식")
    expect(row.get_by_role("button")).to_have_count(1)
    row.get_by_role("button", name="지우기").click()
    choose(page, {**PNG, "buffer": bytes(1_200_000)})
    expect(row).to_contain_text("1 MB까지")
    assert mine.called("file") == []


def test_only_who_speaks_may_send(desk: Any, open_desk: Open) -> None:
    desk.add("DEMO-1002", question="메일이 안 와요")
    page = open_desk("DEMO-1002")
    expect(page.locator(".case-head")).to_be_visible()
    expect(page.locator("[data-do=attach]")).to_be_hidden()


def test_the_rating_stands_in_the_story(mine: Any, open_desk: Open) -> None:
    page = open_desk("DEMO-1001")
    page.locator(".story > summary").click()
    expect(page.locator(".story")).to_contain_text("4/5 · 빨랐어요")
