"""Real-life files: a Word document with all a manual has, and a Korean page from a site in CP949."""

from typing import Any

from .word import word_file

WORD = [
    ("h1", "사서함 용량 늘리기"),
    ("p", "용량이 90%를 넘으면 담당자에게 알려 주세요."),
    ("h2", "확인하는 방법"),
    ("n", "설정을 엽니다."),
    ("n", "저장소를 선택합니다."),
    ("nn", "모바일에서는 계정을 먼저 누릅니다."),
    ("n", "남은 용량을 확인합니다."),
    ("h2", "요금"),
    ("table", "용량|월 요금\n50 GB|무료\n100 GB|11,000원"),
    ("-", "부가세 포함"),
    ("b", "주의: 지운 메일은 14일 동안만 되살릴 수 있습니다."),
    ("image", "저장소 화면"),
]
BODY = """---

A line.

```yaml
---
a: 1
```

| a | b |
|---|---|
| 1\\|2 | `x|y` |

	indented\\
end"""
PAGE = """<!DOCTYPE html><html lang="ko"><head><meta http-equiv="Content-Type" content="text/html; charset=euc-kr">
<title>자주 묻는 질문 - 사서함</title><style>p { color: red }</style><script>track()</script></head>
<body><div class="nav"><a href="/home">처음으로</a></div>
<h1>사서함이 가득 찼어요</h1>
<p>먼저 <b>지운 편지함</b>을 비워 주세요.<br>
그래도 부족하면 <a href="https://example.com/help?a=1&amp;b=2">도움말</a>을 보세요.</p>
<ol><li>설정</li><li>저장소<ul><li>모바일</li></ul></li></ol>
<table><tr><th>용량</th><th>요금</th></tr><tr><td>50 GB</td><td>무료</td></tr></table>
<pre><code>Get-Mailbox</code></pre></body></html>"""


async def imported(author: Any, name: str, data: bytes) -> dict[str, Any]:
    done = (await author.send_files({name: data})).json()
    assert done["errors"] == [], done
    (entry,) = done["imported"]
    article: dict[str, Any] = (await author.ok("GET", f"/articles/{entry['slug']}"))["languages"][entry["lang"]]
    return article


async def test_a_word_manual_keeps_headings_steps_table_and_picture(author: Any, http: Any) -> None:
    article = await imported(author, "mailbox-size.docx", word_file(*WORD))
    assert (article["title"], article["slug"], article["lang"]) == ("사서함 용량 늘리기", "mailbox-size", "ko")
    body = article["body"]
    assert body.startswith(
        "용량이 90%를 넘으면 담당자에게 알려 주세요.\n\n## 확인하는 방법\n\n1. 설정을 엽니다.\n2. 저장소"
    )
    assert "\n   1. 모바일에서는" in body and "\n3. 남은 용량을" in body
    assert "| 용량 | 월 요금 |\n| --- | --- |\n| 50 GB | 무료 |\n| 100 GB | 11,000원 |" in body
    assert "- 부가세 포함" in body and "**주의: 지운 메일은 14일" in body
    picture = body[body.index("![저장소 화면](") :].partition("(")[2].partition(")")[0]
    assert (await http.get(picture)).headers["content-type"] == "image/png"
    html = (await author.ok("POST", "/preview", json={"body": body}))["html"]
    assert html.count("<table>") == 1 and html.count("<ol>") == 2 and f'src="{picture}"' in html


async def test_a_korean_page_in_cp949_is_read_as_written(author: Any) -> None:
    article = await imported(author, "ko/faq-mailbox.html", PAGE.encode("cp949"))
    assert (article["title"], article["lang"]) == ("사서함이 가득 찼어요", "ko")
    body = article["body"]
    assert "먼저 **지운 편지함**을 비워 주세요." in body
    assert "[도움말](https://example.com/help?a=1&b=2)" in body
    assert "1. 설정\n2. 저장소\n   - 모바일" in body
    assert "| 용량 | 요금 |\n| --- | --- |\n| 50 GB | 무료 |" in body
    assert "```\nGet-Mailbox\n```" in body
    assert "track" not in body and "color" not in body


async def test_what_goes_out_comes_back_the_same(author: Any) -> None:
    """Every field, odd signs in front matter, code, tables: export and import lose nothing and make no version."""
    odd = 'He said: "it\'s #1"? {yes} [no] & 100% — 가나다'
    content = {
        "title": odd,
        "owner": "isv",
        "audience": "admin",
        "valid_as_of": "2026-11-01",
        "sources": [odd, "- a list", "key: value"],
        "see_also": ["mailbox-full"],
        "questions": [odd, "null", "2026-11-01", "~"],
        "symptoms": ["yes", "0123"],
        "must_answer": [odd],
        "body": BODY,
    }
    saved = await author.save("round-trip", **content)
    packed = (await author.call("GET", "/export")).content
    done = (await author.send_files({"all.zip": packed})).json()
    assert done["errors"] == [] and [entry["slug"] for entry in done["imported"]] == ["round-trip"]
    again = (await author.ok("GET", "/articles/round-trip"))["languages"]["en"]
    assert {name: again[name] for name in content} == {name: saved[name] for name in content}
    assert again["version"] == saved["version"] == 1
