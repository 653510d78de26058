"""Imported issues and declared incidents over HTTP and by command: all or nothing, per partner, news to who waits."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from firstline.core.errors import BadInput
from firstline.core.settings import get_settings
from firstline.core.times import iso, utcnow
from firstline.serve.cli import app as cli
from firstline.service_health.graph_issue import read_issues


def graph_issue(**changes: Any) -> dict[str, Any]:
    """An issue as Microsoft Graph sends it."""
    return {
        "id": "EX943821",
        "title": "Users may be unable to access Exchange Online",
        "service": "Exchange Online",
        "feature": "E-Mail and calendar access",
        "featureGroup": "Networking Issues",
        "classification": "incident",
        "origin": "microsoft",
        "status": "serviceDegradation",
        "impactDescription": "Users may be unable to connect to mailboxes.",
        "isResolved": False,
        "highImpact": True,
        "startDateTime": iso(utcnow() - timedelta(hours=2)),
        "endDateTime": None,
        "lastModifiedDateTime": iso(utcnow() - timedelta(minutes=30)),
        "details": [],
        "posts": [{"createdDateTime": "2026-11-23T00:30:00Z", "postType": "regular"}],
        **changes,
    }


@pytest.fixture
async def agent(new_agent: Any) -> dict[str, str]:
    headers: dict[str, str] = await new_agent()
    return headers


async def test_issues_are_added_then_brought_up_to_date(http: Any, agent: dict[str, str]) -> None:
    answer = {"@odata.context": "…", "value": [graph_issue(), graph_issue(id="TM1", service="Microsoft Teams")]}
    first = await http.post("/api/desk/health", json=answer, headers=agent)
    assert first.json() == {"added": 2, "changed": 0, "unchanged": 0, "removed": 0}
    again = await http.post("/api/desk/health", json=answer, headers=agent)
    assert again.json() == {"added": 0, "changed": 0, "unchanged": 2, "removed": 0}
    later = graph_issue(status="restoringService", lastModifiedDateTime=iso(utcnow()))
    assert (await http.post("/api/desk/health", json=later, headers=agent)).json()["changed"] == 1
    older = graph_issue(status="investigating", lastModifiedDateTime="2026-01-01T00:00:00Z")
    assert (await http.post("/api/desk/health", json=[older], headers=agent)).json()["unchanged"] == 1
    shown = (await http.get("/api/desk/health", headers=agent)).json()["issues"]
    assert {row["id"]: row["status"] for row in shown} == {"EX943821": "restoringService", "TM1": "serviceDegradation"}


async def test_put_is_all_there_is(http: Any, agent: dict[str, str]) -> None:
    await http.post("/api/desk/health", json=[graph_issue(), graph_issue(id="TM1")], headers=agent)
    answer = await http.put("/api/desk/health", json={"value": [graph_issue(id="TM1")]}, headers=agent)
    assert answer.json()["removed"] == 1
    assert [row["id"] for row in (await http.get("/api/desk/health", headers=agent)).json()["issues"]] == ["TM1"]


@pytest.mark.parametrize(
    "closed",
    [
        {"isResolved": True},
        {"endDateTime": "2026-01-01T00:00:00Z"},
        {"startDateTime": iso(utcnow() + timedelta(days=1))},
    ],
)
async def test_what_is_over_or_has_not_begun_is_not_open(http: Any, agent: dict[str, str], closed: Any) -> None:
    await http.post("/api/desk/health", json=[graph_issue(**closed)], headers=agent)
    assert (await http.get("/api/desk/health", headers=agent)).json()["issues"] == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ([graph_issue(), {"id": "X"}], "issue 1, field 'service'"),
        ([graph_issue(startDateTime="yesterday")], "issue 0, field 'startDateTime'"),
        ([graph_issue(), graph_issue()], "EX943821 stands there twice"),
        ("words", "Microsoft Graph"),
        ([1], "issue 0"),
    ],
)
async def test_a_bad_issue_is_named_and_nothing_is_kept(http: Any, agent: dict[str, str], body: Any, said: str) -> None:
    answer = await http.post("/api/desk/health", json=body, headers=agent)
    assert answer.status_code == 400 and said in answer.json()["error"]["message"]
    assert (await http.get("/api/desk/health", headers=agent)).json()["issues"] == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*graph_issue(), "value"]), inner),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(JSON)
def test_any_json_is_read_or_refused(content: Any) -> None:
    try:
        issues = read_issues(content)
    except BadInput:
        return
    assert all(issue.id and issue.service for issue in issues)


def test_values_of_tomorrow_are_taken() -> None:
    (issue,) = read_issues(graph_issue(status="somethingNew", classification="planned", newField={"a": 1}))
    assert (issue.status, issue.classification) == ("somethingNew", "planned")


async def test_only_agents_and_only_their_partners(http: Any, new_agent: Any, agent: dict[str, str]) -> None:
    author = await new_agent("jiwoo", "author")
    for headers, status in (({}, 401), (author, 403)):
        assert (await http.post("/api/desk/health", json=[], headers=headers)).status_code == status
        assert (await http.get("/api/desk/incidents", headers=headers)).status_code == status


async def test_who_waits_hears_the_news_in_their_language(http: Any, agent: Any, new_customer: Any, app: Any) -> None:
    from firstline.service_health.issues import follow, open_issues

    customer = await new_customer("en")
    await http.post("/api/desk/health", json=[graph_issue()], headers=agent)
    async with app.state.parts.database.session() as session:
        (issue,) = await open_issues(session, "demo", utcnow())
        assert await follow(session, customer.id, [issue.id]) == 1
        assert await follow(session, customer.id, [issue.id]) == 1
    resolved = graph_issue(status="serviceRestored", isResolved=True, lastModifiedDateTime=iso(utcnow()))
    await http.post("/api/desk/health", json=[resolved], headers=agent)
    await http.post("/api/desk/health", json=[resolved], headers=agent)
    news = [message for message in await customer.transcript() if "EX943821" in message["text"]]
    assert len(news) == 1 and news[0]["author"] == "system" and "resolved" in news[0]["text"]
    turn = await customer.send(news[0]["buttons"][0]["payload"])
    assert turn["state"] == "waiting"


INCIDENT = {"text": {"ko": "접속이 느립니다.", "en": "Sign-in is slow."}, "product": "entra"}


async def test_an_incident_shows_in_every_widget_until_it_is_ended(http: Any, agent: dict[str, str]) -> None:
    made = (await http.post("/api/desk/incidents", json=INCIDENT, headers=agent)).json()["incident"]
    assert (await http.get("/api/incidents?partner=demo")).json()["incidents"] == [made]
    listed = (await http.get("/api/desk/incidents", headers=agent)).json()
    assert listed["incidents"][0]["declared_by"] == "minji" and {"id", "name"} == set(listed["products"][0])
    for _ in range(2):
        assert (await http.post(f"/api/desk/incidents/{made['id']}/end", headers=agent)).status_code == 200
    assert (await http.get("/api/incidents?partner=demo")).json()["incidents"] == []


async def test_an_announced_incident_waits_for_its_time(http: Any, agent: dict[str, str]) -> None:
    times = {"starts_at": iso(utcnow() + timedelta(hours=1)), "ends_at": iso(utcnow() + timedelta(hours=2))}
    await http.post("/api/desk/incidents", json=INCIDENT | times, headers=agent)
    assert (await http.get("/api/incidents?partner=demo")).json()["incidents"] == []
    assert len((await http.get("/api/desk/incidents", headers=agent)).json()["incidents"]) == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"text": {"ko": "한국어만", "en": "  "}}, 400),
        ({"product": "no_such"}, 400),
        ({"ends_at": "2026-01-01T00:00:00Z"}, 400),
        ({"ends_at": "2036-01-01T00:00:00"}, 422),
        ({"text": {"ko": "가" * 601, "en": "a"}}, 422),
        ({"extra": 1}, 422),
    ],
)
async def test_an_incident_that_says_too_little_or_too_much(http: Any, agent: Any, change: Any, status: int) -> None:
    answer = await http.post("/api/desk/incidents", json=INCIDENT | change, headers=agent)
    assert answer.status_code == status and answer.json()["error"]["message"]
    assert (await http.get("/api/incidents?partner=demo")).json()["incidents"] == []


async def test_unknown_incident_and_partner(http: Any, agent: dict[str, str]) -> None:
    assert (await http.post("/api/desk/incidents/99/end", headers=agent)).json()["error"]["code"] == "no_incident"
    assert (await http.get("/api/incidents?partner=nobody")).status_code == 404


def test_the_command_keeps_a_file_or_says_where_it_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTLINE_DATA_DIR", str(tmp_path / "data"))
    get_settings.cache_clear()
    good, bad, words = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "words.json"
    good.write_text(json.dumps({"value": [graph_issue()]}), "utf-8")
    bad.write_text(json.dumps([graph_issue(service="")]), "utf-8")
    words.write_text("no json", "utf-8")
    try:
        run = CliRunner().invoke
        done = run(cli, ["health", "import", str(good), "--partner", "demo", "--json"])
        assert json.loads(done.stdout) == {"added": 1, "changed": 0, "unchanged": 0, "removed": 0}
        for path, said in ((bad, "field 'service'"), (words, "not JSON"), (tmp_path / "none.json", "no file")):
            failed = run(cli, ["health", "import", str(path), "--partner", "demo"])
            assert failed.exit_code == 1 and said in str(failed.exception) and path.name in str(failed.exception)
        replaced = run(cli, ["health", "import", str(good), "--partner", "demo", "--replace"])
        assert "1 unchanged" in replaced.stdout
    finally:
        get_settings.cache_clear()
