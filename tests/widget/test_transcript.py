"""What messages look like: Markdown for the assistant only, buttons, article cards, languages."""

from typing import Any

import pytest
from playwright.sync_api import expect

from ..vectors import ALLOWED, VECTORS, Acts

pytestmark = pytest.mark.browser

NASTY = "<img src=x onerror=alert(1)> [a](javascript:alert(1)) **<b>x</b>** https://example.com/?q=<script>"


def test_markdown_of_the_assistant(chat: Any, fake: Any) -> None:
    chat.live(fake)
    fake.say(
        "bot",
        (
            "## 제목\n첫 줄\n둘째 **줄**\n\n1. 하나\n   - 안쪽\n2. `둘`\n\n- 가\n- 나\n\n```\nGet-Mailbox **x**\n```\n"
            "[도움말](https://example.com/a_(b)) https://example.com/c에서 확인."
        ),
    )
    text = chat.bot.last.locator(".text")
    expect(text.locator("h3")).to_have_text("제목")
    expect(text.locator("strong")).to_have_text("줄")
    expect(text.locator("ol > li")).to_have_count(2)
    expect(text.locator("ol > li ul > li")).to_have_text("안쪽")
    expect(text.locator(":scope > ul > li")).to_have_text(["가", "나"])
    expect(text.locator("pre code")).to_have_text("Get-Mailbox **x**")
    expect(text.locator("li > p > code")).to_have_text("둘")
    links = text.locator("a")
    assert links.evaluate_all("all => all.map((a) => [a.href, a.textContent, a.target, a.rel])") == [
        ["https://example.com/a_(b)", "도움말", "_blank", "noopener noreferrer"],
        ["https://example.com/c", "https://example.com/c", "_blank", "noopener noreferrer"],
    ]


def test_steps_parted_by_empty_lines_are_one_list(chat: Any, fake: Any) -> None:
    chat.live(fake)
    fake.say("bot", "1. 하나\n\n2. 둘\n\n   설명\n\n3. 셋\n\n끝")
    expect(chat.bot.last.locator("ol")).to_have_count(1)
    expect(chat.bot.last.locator("ol > li")).to_have_count(3)
    expect(chat.bot.last.locator(".text > p")).to_have_text("끝")


@pytest.mark.parametrize("author", ["bot", "agent", "system", "customer"])
def test_no_markup_of_the_text_comes_alive(chat: Any, fake: Any, author: str) -> None:
    chat.live(fake)
    fake.say(author, NASTY)
    text = chat.frame.locator(f".message.{author}").last.locator(".text")
    expect(text).to_contain_text("<img src=x onerror=alert(1)>")
    assert text.locator("img, script, b").count() == 0
    assert text.locator("a:not([href^='http'])").count() == 0


@pytest.mark.parametrize("author", ["agent", "customer"])
def test_people_s_text_is_plain_with_its_lines(chat: Any, fake: Any, author: str) -> None:
    chat.live(fake)
    fake.say(author, "**별표** 그대로\n- 둘째 줄")
    text = chat.frame.locator(f".message.{author} .text").last
    expect(text).to_have_text("**별표** 그대로\n- 둘째 줄", use_inner_text=True)
    expect(text).to_have_css("white-space", "pre-wrap")


def test_article_card(chat: Any, fake: Any) -> None:
    chat.send("비번 초기화")
    card = chat.frame.locator(".card")
    expect(card).to_contain_text("사용자 암호를 초기화하는 방법")
    expect(card).to_have_attribute("href", f"{fake.url}/articles/demo/ko/reset-a-password")
    expect(card).to_have_attribute("target", "_blank")
    assert "0.87" not in chat.log.inner_text()
    assert "87" not in chat.log.inner_text()


def test_a_cards_excerpt_has_no_marks(chat: Any, fake: Any) -> None:
    chat.live(fake)
    excerpt = "**2시간** 무료입니다.\n\n1. `설정`을 엽니다.\n2. ![화면](/articles/demo/images/a.png)"
    card = {"slug": "x", "lang": "ko", "title": "주차", "excerpt": excerpt, "url": "/articles/demo/ko/x"}
    fake.say("bot", "안내입니다.", articles=[card])
    expect(chat.frame.locator(".card .excerpt")).to_have_text("2시간 무료입니다. 설정을 엽니다. 화면")


def test_nothing_in_an_answer_acts(chat: Any, fake: Any) -> None:
    chat.live(fake)
    for start in range(0, len(VECTORS), 15):
        fake.say("bot", "\n\n".join([*VECTORS[start : start + 15], f"end {start}"]))
        said = chat.bot.last.locator(".text")
        expect(said).to_contain_text(f"end {start}")
        assert Acts(said.inner_html(), ALLOWED).found == []


def test_card_with_a_bad_address_is_left_out(chat: Any, fake: Any) -> None:
    chat.live(fake)
    bad = {"slug": "x", "lang": "ko", "title": "x", "excerpt": "", "url": "javascript:alert(1)"}
    fake.say("bot", "답변", articles=[bad])
    expect(chat.bot).to_have_count(2)
    expect(chat.frame.locator(".card")).to_have_count(0)


def test_button_sends_its_payload_shows_its_title_and_works_once(chat: Any, fake: Any) -> None:
    chip = chat.bot.first.get_by_role("button", name="문제 해결")
    fake.hold.clear()
    chip.click()
    expect(chip).to_be_disabled()
    expect(chat.own.locator(".text")).to_have_text("문제 해결")
    fake.hold.set()
    expect(chat.bot).to_have_count(2)
    assert [post["text"] for post in fake.posts] == ["/topic2"]
    chat.page.reload()
    expect(chip).to_be_disabled()
    expect(chat.bot.first.get_by_role("button", name="사용 방법")).to_be_enabled()


def test_each_message_carries_its_language(chat: Any, fake: Any) -> None:
    chat.live(fake)
    fake.say("agent", "Hello", lang="en")
    expect(chat.frame.locator(".message.agent .text")).to_have_attribute("lang", "en")
    expect(chat.bot.first.locator(".text")).to_have_attribute("lang", "ko")


def test_the_log_is_announced_and_authors_are_named(chat: Any) -> None:
    expect(chat.log).to_have_attribute("aria-live", "polite")
    expect(chat.log).to_have_attribute("aria-busy", "false")
    expect(chat.log).to_have_accessible_name("대화 내용")
    expect(chat.bot.first).to_contain_text("자동 안내")


def test_a_reader_further_up_is_left_alone(chat: Any, fake: Any) -> None:
    chat.live(fake)
    fake.say("bot", "\n\n".join(["긴 답변"] * 60))
    expect(chat.bot).to_have_count(2)
    scroll = chat.frame.locator(".scroll")
    scroll.evaluate("node => { node.scrollTop = 0; }")
    jump = chat.frame.locator(".jump")
    fake.say("agent", "새 글")
    expect(jump).to_be_visible()
    chat.page.wait_for_timeout(300)
    agents = fake.talk.messages[-1]["id"]
    assert fake.seen and max(fake.seen) < agents, "what stands below was not read"
    jump.click()
    expect(chat.frame.locator(".message.agent")).to_be_in_viewport()
    expect(jump).to_be_hidden()
    for _ in range(200):
        if max(fake.seen) == agents:
            break
        chat.page.wait_for_timeout(20)
    assert max(fake.seen) == agents
