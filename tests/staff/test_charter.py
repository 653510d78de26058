"""The support terms over the staff API: text, versions, and a trial that changes nothing."""

import shutil
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from firstline.core.settings import PROJECT_ROOT, Settings

DEMO = PROJECT_ROOT / "partners" / "demo" / "charter.yaml"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    folder = settings.partners_dir / "demo" / "charters"
    folder.mkdir()
    shutil.copy(DEMO, folder.parent)
    older = DEMO.read_text("utf-8").replace(
        'version: "2026-11"\nvalid_from: 2026-11-01', 'version: "2025"\nvalid_from: 2025-01-01'
    )
    (folder / "2025.yaml").write_text(older, "utf-8")
    return settings


@pytest.fixture
async def admin(new_agent: Callable[..., Any]) -> dict[str, str]:
    headers: dict[str, str] = await new_agent("boss", "admin")
    return headers


async def test_text_and_versions(http: httpx.AsyncClient, admin: dict[str, str]) -> None:
    found = (await http.get("/api/staff/charter", headers=admin)).json()
    assert found["text"] == DEMO.read_text("utf-8")
    assert [(one["version"], one["in_force"]) for one in found["versions"]] == [("2026-11", True), ("2025", False)]


async def test_a_trial_names_lines_shows_both_pages_and_keeps_nothing(
    http: httpx.AsyncClient, admin: dict[str, str], settings: Settings
) -> None:
    text = DEMO.read_text("utf-8")

    async def check(changed: str, at: str | None = None) -> dict[str, Any]:
        answer = await http.post("/api/staff/charter/check", headers=admin, json={"text": changed, "at": at})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    good = await check(text.replace("예시클라우드", "다른클라우드"), "2026-11-27T17:30")
    assert good["usable"] and good["pages"]["ko"]["partner"]["name"] == "다른클라우드"
    worst = good["pages"]["en"]["severities"][0]["targets"]["basic"]["first_response"]
    assert worst["respond_by"] == "2026-11-30T09:30:00+09:00"
    bad = await check(text.replace("tz: Asia/Seoul", "tz: UTC+9"))
    (finding,) = [one for one in bad["findings"] if one["rule"] == "L6" and one["where"].startswith("calendars.desk")]
    assert "desk" in "".join(text.splitlines()[finding["line"] - 3 : finding["line"]])
    assert (bad["usable"], bad["pages"]) == (False, None)
    assert (await check("id: ["))["findings"][0]["rule"] == "yaml"
    assert (settings.partners_dir / "demo" / "charter.yaml").read_text("utf-8") == text
