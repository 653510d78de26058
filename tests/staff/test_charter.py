"""The support terms over the staff API: text, versions, and a trial that changes nothing."""

import asyncio
import re
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


def changed(version: str, valid_from: str = "2026-11-01", **targets: str) -> str:
    text = DEMO.read_text("utf-8").replace('version: "2026-11"', f'version: "{version}"', 1)
    text = text.replace("valid_from: 2026-11-01", f"valid_from: {valid_from}", 1)
    for severity, hours in targets.items():
        text = re.sub(rf"(  {severity}: {{first_response: )\w+", rf"\g<1>{hours}", text)
    return text


@pytest.fixture
def publish(http: httpx.AsyncClient, admin: dict[str, str]) -> Callable[..., Any]:
    async def go(text: str, revision: str | None = None, status: int = 200) -> dict[str, Any]:
        if revision is None:
            revision = (await http.get("/api/staff/charter", headers=admin)).json()["revision"]
        answer = await http.post("/api/staff/charter", headers=admin, json={"text": text, "revision": revision})
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found if status == 200 else found["error"]

    return go


async def test_a_published_version_counts_for_new_cases_and_the_one_before_for_old_ones(
    http: httpx.AsyncClient, admin: dict[str, str], publish: Callable[..., Any], new_customer: Any, settings: Settings
) -> None:
    number = (await (await new_customer("ko")).send("/human"))["case"]["number"]
    new = changed("2026-11b", general="48h", impaired="20h")
    assert (await publish(new))["text"] == new
    later = (await (await new_customer("ko")).send("/human"))["case"]["number"]

    async def version(case: str) -> str:
        found: str = (await http.get(f"/api/desk/cases/{case}", headers=admin)).json()["charter_version"]
        return found

    assert (await version(number), await version(later)) == ("2026-11", "2026-11b")
    shown = (await http.get("/api/staff/charter", headers=admin)).json()
    assert [(one["version"], one["in_force"]) for one in shown["versions"]] == [
        ("2026-11b", True), ("2026-11", False), ("2025", False),
    ]  # fmt: skip
    before = await http.get("/api/staff/charter/versions/2026-11", headers=admin)
    assert before.json()["text"] == DEMO.read_text("utf-8")
    (entry,) = (await http.get("/api/staff/audit?action=charter", headers=admin)).json()["entries"]
    assert (entry["action"], entry["target"], entry["data"]) == (
        "charter.published", "2026-11b", {"replaces": "2026-11"},
    )  # fmt: skip

    # A version for later leaves the one in force, of two that began together the one that was published last.
    await publish(changed("2999-01", "2999-01-01"))
    shown = (await http.get("/api/staff/charter", headers=admin)).json()
    assert [one["version"] for one in shown["versions"] if one["in_force"]] == ["2026-11b"]
    assert sorted(path.suffix for path in (settings.partners_dir / "demo").rglob("*charter*")) == ["", ".yaml"]


async def test_of_two_who_publish_one_is_told_and_nothing_is_lost(
    http: httpx.AsyncClient, admin: dict[str, str], publish: Callable[..., Any]
) -> None:
    begun = (await http.get("/api/staff/charter", headers=admin)).json()["revision"]
    body = [{"text": changed(version, general="48h"), "revision": begun} for version in ("mine", "theirs")]
    answers = await asyncio.gather(*(http.post("/api/staff/charter", headers=admin, json=one) for one in body))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    refused = next(answer for answer in answers if answer.status_code == 409).json()["error"]
    assert refused["code"] == "charter_changed"
    won = next(one["text"] for one, answer in zip(body, answers, strict=True) if answer.status_code == 200)
    shown = (await http.get("/api/staff/charter", headers=admin)).json()
    assert shown["text"] == won
    assert len((await http.get("/api/staff/audit?action=charter", headers=admin)).json()["entries"]) == 1
    assert (await publish(changed("third"), shown["revision"]))["versions"][0]["version"] == "third"


async def test_what_can_not_be_the_next_version_is_refused_and_changes_nothing(
    http: httpx.AsyncClient, admin: dict[str, str], publish: Callable[..., Any], settings: Settings
) -> None:
    for text, code in (
        (changed("next").replace("tz: Asia/Seoul", "tz: UTC+9"), "errors"),
        (changed("next").replace("id: demo", "id: other"), "other_partner"),
        (changed("2026-11", general="48h"), "version_taken"),
        (changed("2025", general="48h"), "version_taken"),
        (changed("next", "2026-01-01"), "later_one_counts"),
        (changed("next", "2026-01-01\nvalid_to: 2026-02-01"), "already_over"),
    ):
        refused = await publish(text, status=400)
        assert refused["code"] == f"charter_{code}"
        tried = (await http.post("/api/staff/charter/check", headers=admin, json={"text": text, "at": None})).json()
        if code == "errors":
            assert tried["next"] is None and re.search(r"charter\.yaml:\d+: error L6", refused["message"])
        else:
            assert tried["next"]["problem"] == code
    assert (settings.partners_dir / "demo" / "charter.yaml").read_text("utf-8") == DEMO.read_text("utf-8")
    assert [path.name for path in (settings.partners_dir / "demo" / "charters").iterdir()] == ["2025.yaml"]


async def test_a_folder_that_can_not_be_written_is_said(
    http: httpx.AsyncClient, admin: dict[str, str], publish: Callable[..., Any], settings: Settings
) -> None:
    folder = settings.partners_dir / "demo" / "charters"
    shutil.rmtree(folder)
    folder.write_text("in the way", "utf-8")
    refused = await publish(changed("next"), status=503)
    assert refused["code"] == "charter_read_only" and "by hand" in refused["message"]
    assert (await http.get("/api/staff/audit?action=charter", headers=admin)).json()["entries"] == []


async def test_a_provider_does_not_break_the_charters_that_take_its_own_over(
    publish: Callable[..., Any], settings: Settings
) -> None:
    folder = settings.partners_dir / "reseller"
    folder.mkdir()
    own = (
        "id: reseller\nversion: '1'\nvalid_from: 2026-01-01\nextends: provider\n"
        "partner: {name: {ko: 새벽, en: Dawn}, role: direct_bill, provider: demo}\n"
        "out_of_hours: {default: case_only, urgent: on_call}\n"
    )
    (folder / "charter.yaml").write_text(own.replace("urgent", "production_down"), "utf-8")
    renamed = changed("renamed").replace("production_down", "urgent")
    refused = await publish(renamed, status=400)
    assert (refused["code"], refused["details"]) == ("charter_breaks", {"partners": "reseller"})
    assert "production_down" in refused["message"]
    (folder / "charter.yaml").write_text(own.replace("urgent: on_call", "production_impaired: on_call"), "utf-8")
    assert (await publish(renamed))["versions"][0]["version"] == "renamed"
