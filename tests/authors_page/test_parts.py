"""Gaps, import, export, log, states in words, both languages, narrow screens."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]
pytestmark = pytest.mark.browser
NEAR = {"code": "near_key", "values": {"key": "ownr", "near": "owner"}}
FILE = {"name": "a.md", "mimeType": "text/markdown", "buffer": b"---\n"}


def gap(number: str, size: int, lang: str = "ko") -> dict[str, Any]:
    questions = [{"text": f"질문 {number}", "count": size}, {"text": "또 다른 말", "count": 1}]
    common = {"last_at": "2026-11-20T01:00:00Z", "why": {"no_answer": size, "not_helped": 0}, "nearest": None}
    return {"id": number, "lang": lang, "size": size, "questions": questions} | common


def test_gaps_stand_largest_first_and_become_drafts_with_the_customers_words(library: Any, open_page: Open) -> None:
    library.gaps = [gap("작은", 2), gap("큰", 9), gap("other", 5, "en")]
    page = open_page("gaps")
    expect(page.locator(".gap-size")).to_have_text(["질문 9건", "질문 2건"])
    page.locator('[data-lang-choice="en"]').click()
    expect(page.locator(".gap")).to_have_count(1)
    page.locator('[data-lang-choice="ko"]').click()
    page.locator('.gap [data-do="draft"]').first.click()
    expect(page.locator("#title-ko")).to_have_value("질문 큰")
    page.locator("#tab-finding-ko").click()
    expect(page.locator("#questions-ko")).to_have_value("질문 큰\n또 다른 말")


def test_an_import_lists_what_came_and_what_is_wrong_by_file_and_line(library: Any, open_page: Open) -> None:
    library.import_errors = [{"file": "ko/broken.md", "line": 4, "message": "unknown key `ownr`"} | NEAR]
    page = open_page("transfer")
    page.set_input_files("#import-files", [FILE, FILE | {"name": "b.exe"}])  # type: ignore[list-item]
    errors = page.locator(".import-errors li")
    expect(errors.first).to_contain_text("ko/broken.md, 4행")
    expect(errors.first).to_contain_text("‘ownr’라는 항목은 없습니다. ‘owner’인지 확인해 주세요.")
    expect(errors.nth(1)).to_contain_text("b.exe")
    expect(page.get_by_role("link", name="파일 공유하기")).to_be_visible()
    assert library.calls == [("import", ["a.md"])]


def test_a_chosen_folder_keeps_its_ways_and_brings_its_pictures(library: Any, open_page: Open, tmp_path: Path) -> None:
    for name in ("ko/a.md", "en/a.md", "images/a.png", ".git/config", "ko/.DS_Store", "notes.txt"):
        path = tmp_path / "library" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    page = open_page("transfer")
    page.set_input_files("#import-folder", tmp_path / "library")
    expect(page.locator(".import-errors li")).to_contain_text("library/notes.txt")
    ((_, names),) = library.calls
    assert sorted(names) == ["library/en/a.md", "library/images/a.png", "library/ko/a.md"]


def test_pictures_alone_are_no_import(library: Any, open_page: Open) -> None:
    page = open_page("transfer")
    page.set_input_files("#import-files", [FILE | {"name": "a.png"}])  # type: ignore[list-item]
    expect(page.locator(".outcome [role=alert]")).to_contain_text("가져올 수 있는 파일이 없습니다")
    assert library.calls == []


def test_what_was_held_back_is_said_in_the_list_and_in_the_article(library: Any, open_page: Open) -> None:
    kept = library.kept["reset", "ko"]
    kept |= {"scheduled_for": "2026-11-23T00:00:00Z", "held_back": ["암호 재설정"], "status": "draft"}
    page = open_page()
    expect(page.locator(".held-box")).to_contain_text("예약한 게시 1건이 보류되었습니다")
    expect(page.locator('tr[data-slug="reset"][data-lang="ko"] .mark.held')).to_contain_text("게시 보류")
    page.locator(".held-box").get_by_role("link", name="암호 재설정하기").click()
    expect(page.locator('[data-lang-pane="ko"] .notice-box.held')).to_contain_text("암호 재설정")
    expect(page.locator('[data-lang-pane="en"] .notice-box.held')).to_have_count(0)


@pytest.mark.parametrize(("layer", "words"), [("starter", "기본으로 제공되는"), ("upstream", "공급자가 제공하는")])
def test_an_article_of_a_lower_layer_offers_only_what_can_be_done_to_it(
    library: Any, open_page: Open, layer: str, words: str
) -> None:
    library.layers["reset"] = layer
    page = open_page("edit/reset/ko")
    pane = page.locator('[data-lang-pane="ko"]')
    expect(pane.locator(".notice-box")).to_contain_text(words)
    expect(pane.locator('[data-do="publish"], [data-do="archive"], [data-do="review"]')).to_have_count(0)
    page.fill("#body-ko", "우리 회사의 글")
    expect(pane.locator('[data-do="publish"]')).to_be_visible()
    page.keyboard.press("Control+s")
    expect(page.locator(".toast")).to_contain_text("저장했습니다")
    expect(pane.locator(".notice-box")).to_have_count(0)


def test_files_are_imported_by_dropping_them(library: Any, open_page: Open) -> None:
    page = open_page("transfer")
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["PK"], "all.zip", {type: "application/zip"}));
          document.querySelector(".drop").dispatchEvent(new DragEvent("drop", {bubbles: true, dataTransfer: data}));
        }"""
    )
    expect(page.locator(".outcome-sum")).to_be_visible()
    assert library.calls == [("import", ["all.zip"])]


def test_the_export_is_a_zip(library: Any, open_page: Open) -> None:
    page = open_page("transfer")
    with page.expect_download() as download:
        page.locator('[data-do="export"]').click()
    assert download.value.suggested_filename == "articles-demo.zip"
    with zipfile.ZipFile(download.value.path()) as archive:
        assert "ko/reset.md" in archive.namelist()


def test_the_log_names_who_did_what(library: Any, open_page: Open) -> None:
    library.save("reset", "ko", library.art("reset", "ko"), 1, "박민준")
    page = open_page("log/reset")
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("tbody tr").first).to_contain_text("박민준")
    expect(page.locator("tbody tr").first.locator('[data-col="what"]')).to_have_text("저장")


@pytest.mark.parametrize(
    ("part", "call"), [("", "articles"), ("edit/reset", "articles/reset"), ("gaps", "gaps"), ("log", "log")]
)
def test_a_part_that_can_not_be_loaded_says_so_and_tries_again(
    library: Any, url: str, page: Page, part: str, call: str
) -> None:
    library.failures[f"GET /api/authors/{call}"] = 500
    page.goto(f"{url}/authors#/{part}")
    expect(page.locator("main [role=alert]")).to_contain_text("서버에 문제가")
    page.get_by_role("button", name="다시 시도").click()
    expect(page.locator("main [role=alert]:visible")).to_have_count(0)


def test_an_article_that_is_not_there_is_named(library: Any, url: str, page: Page) -> None:
    page.goto(f"{url}/authors#/edit/no-such")
    expect(page.locator("main [role=alert]")).to_contain_text("no-such")


def test_empty_parts_say_so(library: Any, open_page: Open) -> None:
    library.reset()
    page = open_page()
    expect(page.locator(".empty")).to_contain_text("등록된 문서가 없습니다")
    page.locator('[data-section="gaps"]').click()
    expect(page.locator(".empty")).to_contain_text("답하지 못한 질문이 없습니다")


@pytest.mark.parametrize("part", ["", "edit/reset/ko", "new", "gaps", "try", "transfer", "log"])
def test_english_is_complete_and_changes_in_place(library: Any, open_page: Open, part: str) -> None:
    page = open_page(part)
    page.click(".looks [data-lang=en]")
    expect(page.locator('[data-section="gaps"]')).to_have_text("Gaps")
    # Whatever stands outside the articles' own texts is English now.
    left = page.evaluate(
        r"""() => [...document.querySelectorAll("body *")].filter((node) =>
          !node.closest("[lang=ko], .who, script, noscript, .version-head")
          && !node.matches(".editor-head h2, td[data-col=changed], td[data-col=who], .mark.quiet, option")
          && [...node.childNodes].some((child) => child.nodeType === 3 && /[가-힣]/.test(child.data)))
          .map((node) => node.outerHTML.slice(0, 120))"""
    )
    assert left == []
    labels = page.evaluate(
        """() => [...document.querySelectorAll("[aria-label], [placeholder]")]
          .map((node) => (node.ariaLabel ?? "") + (node.placeholder ?? "")).filter((text) => /[가-힣]/.test(text))"""
    )
    assert labels == []


@pytest.mark.parametrize("part", ["", "edit/reset/ko", "new", "gaps", "try", "transfer", "log"])
@pytest.mark.parametrize("width", [320, 768, 1920])
def test_no_part_scrolls_sideways(library: Any, open_page: Open, part: str, width: int) -> None:
    library.gaps = [gap("큰", 9)]
    page = open_page(part)
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    expect(page.locator(".sections a").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("part", ["", "edit/reset/ko", "gaps", "transfer"])
def test_text_keeps_its_contrast_and_controls_their_names(
    library: Any, open_page: Open, part: str, scheme: Any
) -> None:
    library.gaps = [gap("큰", 9)]
    library.older.add(("reset", "ko"))
    library.kept["reset", "en"]["versions"][-1]["body"] += " 90"
    page = open_page()
    page.emulate_media(color_scheme=scheme)
    page = open_page(part)
    weak = page.evaluate(CONTRAST)
    assert weak == []
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll("button, a, input:not([hidden]), select, textarea")].filter((node) =>
          node.checkVisibility() && !node.textContent.trim() && !node.ariaLabel && !node.labels?.length)
          .map((node) => node.outerHTML)"""
    )
    assert unnamed == []


CONTRAST = r"""() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = (text) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const linear = (v) => (v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => .2126 * linear(r / 255) + .7152 * linear(g / 255) + .0722 * linear(b / 255);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return rgba(getComputedStyle(document.body).backgroundColor);
  };
  const weak = [];
  for (const node of document.querySelectorAll("body *")) {
    if (!node.checkVisibility() || node.closest("[aria-disabled=true], .unseen, noscript")) continue;
    if (![...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim())) continue;
    const [a, b] = [light(rgba(getComputedStyle(node).color)), light(ground(node))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) weak.push(`${ratio.toFixed(2)} ${node.className} ${node.textContent.slice(0, 30)}`);
  }
  return weak;
}"""
