"""The launcher on a partner's page, and the demo page that carries it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser


def test_launcher_has_a_name_opens_and_closes(visit: Callable[..., Any]) -> None:
    chat = visit()
    panel = chat.page.locator("firstline-chat").get_by_role("dialog")
    expect(chat.launcher).to_have_accessible_name("상담 채팅 열기")
    expect(panel).to_be_hidden()
    chat.launcher.click()
    expect(panel).to_be_visible()
    expect(panel).to_have_accessible_name("예시클라우드 상담 채팅")
    expect(chat.launcher).to_have_accessible_name("상담 채팅 닫기")
    expect(chat.launcher).to_have_attribute("aria-expanded", "true")
    expect(chat.box).to_be_focused()
    chat.box.press("Escape")
    expect(panel).to_be_hidden()
    expect(chat.launcher).to_be_focused()
    chat.page.keyboard.press("Enter")
    expect(panel).to_be_visible()
    chat.frame.get_by_role("button", name="채팅 닫기").click()
    expect(panel).to_be_hidden()


def test_unread_badge_counts_what_came_while_closed(chat: Any, fake: Any) -> None:
    chat.live(fake)
    chat.launcher.click()
    fake.say("agent", "하나")
    fake.say("agent", "둘")
    expect(chat.launcher.locator("i")).to_have_text("2")
    expect(chat.launcher).to_have_accessible_name("상담 채팅 열기, 읽지 않은 메시지 2개")
    chat.page.reload()
    expect(chat.launcher.locator("i")).to_have_text("2")
    chat.launcher.click()
    expect(chat.frame.locator(".message.agent")).to_have_count(2)
    expect(chat.launcher.locator("i")).to_have_text("")
    chat.launcher.click()
    expect(chat.launcher).to_have_accessible_name("상담 채팅 열기")


def test_sample_question_opens_with_its_text(visit: Callable[..., Any], fake: Any) -> None:
    chat = visit()
    chat.page.get_by_role("button", name="공유 사서함 만들기").click()
    expect(chat.box).to_have_value("공유 사서함 만들기")
    expect(chat.box).to_be_focused()
    assert fake.posts == []
    chat.box.press("Enter")
    expect(chat.bot).to_have_count(2)
    assert [post["text"] for post in fake.posts] == ["공유 사서함 만들기"]


def test_prefill_keeps_what_was_written(chat: Any) -> None:
    chat.box.fill("제가 쓰던 글")
    chat.page.evaluate("Firstline.open({text: '질문'})")
    expect(chat.box).to_have_value("제가 쓰던 글\n질문")


def test_chat_stays_open_on_the_next_page(chat: Any, fake: Any) -> None:
    chat.page.goto(f"{fake.url}/?lang=ko#support")
    chat.page.reload()
    expect(chat.launcher).to_have_attribute("aria-expanded", "true")
    expect(chat.bot).to_have_count(1)


def test_messages_of_others_are_ignored(chat: Any) -> None:
    """The page's own window is not the frame; a window that is not the parent is not the page."""
    chat.page.evaluate("window.postMessage({firstline: 'labels', open: 'x', close: 'x'}, '*')")
    chat.page.evaluate("window.postMessage({firstline: 'close'}, '*')")
    inner = chat.page.frames[1]
    inner.evaluate("window.postMessage({firstline: 'open', text: 'x'}, '*')")
    inner.evaluate(
        "new Promise((done) => { addEventListener('message', done, {once: true}); postMessage('last', '*'); })"
    )
    expect(chat.launcher).to_have_accessible_name("상담 채팅 닫기")
    expect(chat.box).to_have_value("")


def test_frame_by_itself_is_a_page(context: Any, fake: Any) -> None:
    page = context.new_page()
    page.goto(f"{fake.url}/widget/frame?partner=demo&locale=en")
    expect(page.locator(".message.bot")).to_have_count(1)
    expect(page.locator("header .tool")).to_be_hidden()


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone_of_320_pixels(browser: Browser, fake: Any, lang: str, scheme: Any) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 568}, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{fake.url}/?lang={lang}")
    page.locator("firstline-chat button").click()
    frame = page.frame_locator("firstline-chat iframe")
    frame.locator(".chip").first.wait_for()
    assert page.locator("firstline-chat iframe").bounding_box() == {"x": 0, "y": 0, "width": 320, "height": 568}
    frame.locator("textarea").fill("a" * 200)
    frame.locator("textarea").press("Enter")
    frame.locator(".card").wait_for()
    for node in (page.locator("html"), frame.locator("html"), frame.locator(".scroll")):
        assert node.evaluate("node => node.scrollWidth <= node.clientWidth")
    small = frame.locator("button:visible, a.card, textarea").evaluate_all(
        "all => all.map((n) => [n.className, n.getBoundingClientRect()])"
        ".filter(([, r]) => r.width < 44 || r.height < 44)"
        ".map(([name, r]) => `${name} ${r.width}x${r.height}`)",
    )
    assert small == []
    context.close()


CONTRAST = """(root) => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const over = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const [r, g, b, a = 1] = parse(getComputedStyle(at).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return null;
  };
  const light = (rgb) => rgb.slice(0, 3).map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const low = [];
  for (const node of root.querySelectorAll("*")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    if (!own || !node.checkVisibility() || !over(node)) continue;
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(over(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) low.push(`${node.tagName}.${node.className} ${ratio.toFixed(2)} ${node.textContent.slice(0, 20)}`);
  }
  return low;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(browser: Browser, fake: Any, scheme: Any) -> None:
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{fake.url}/?lang=ko")
    assert page.locator("body").evaluate(CONTRAST) == []
    page.locator("firstline-chat button").click()
    frame = page.frame_locator("firstline-chat iframe")
    frame.locator(".chip").first.click()
    frame.locator(".card").wait_for()
    fake.fail_with = 503
    frame.locator("textarea").fill("x")
    frame.locator("textarea").press("Enter")
    frame.locator(".notice a").first.wait_for()
    assert frame.locator("body").evaluate(CONTRAST) == []
    fake.fail_with = None
    for state in ("waiting", "human", "closed"):
        fake.set_state(state, {"number": "FL-1", "respond_by": "2026-11-23T14:30:00+09:00", "position": 1})
        frame.locator(f".banner[data-state={state}]").wait_for()
        assert frame.locator("body").evaluate(CONTRAST) == []
    context.close()


def test_keyboard_alone_reaches_everything(chat: Any) -> None:
    chat.frame.get_by_role("button", name="한국어").focus()
    seen = []
    for _ in range(12):
        seen.append(chat.frame.locator("*:focus").evaluate("n => n.getAttribute('aria-label') ?? n.textContent ?? ''"))
        chat.page.keyboard.press("Tab")
    assert seen == [
        "한국어",
        "English",
        "채팅 닫기",
        "상담원 연결",
        "대화 내용",
        "청구와 구독",
        "설정 도움",
        "문제 해결",
        "사용 방법",
        "파일 보내기",
        "",
        "보내기",
    ]


def test_support_terms_on_the_demo_page_come_from_the_charter(visit: Callable[..., Any]) -> None:
    chat = visit("en")
    expect(chat.page.locator("[data-charter]")).to_contain_text("We are open now, until 18:00.")
    expect(chat.page.locator("[data-charter]")).to_contain_text("02-000-0000")
    expect(chat.page).to_have_title("Example Cloud | Microsoft cloud, set up and looked after")


def test_a_signed_identity_goes_along_and_is_never_dropped_silently(visit: Callable[..., Any], fake: Any) -> None:
    chat = visit()
    chat.page.evaluate("Firstline.identify('signed')")
    chat.open()
    assert fake.identities == ["signed"]
    chat.page.evaluate("Firstline.forget()")
    chat.page.evaluate("Firstline.identify('expired')")
    chat.send("제 요금제로 되나요")
    told = chat.frame.locator(".told")
    expect(told).to_contain_text("새로 고치면 다시 확인")
    expect(chat.own.locator(".text")).to_have_text("제 요금제로 되나요")
    assert fake.identities == ["signed", "expired"]
    told.get_by_role("button", name="확인 없이 상담하기").click()
    expect(chat.own.locator(".status")).to_contain_text("전송됨")
    assert fake.identities == ["signed", "expired", None]
    expect(told).to_have_text("")
