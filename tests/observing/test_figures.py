"""Figures move when something happens, are documented, and dashboard and alerts ask for what is there."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from firstline.core import metrics
from firstline.core.settings import PROJECT_ROOT
from firstline.core.times import utcnow
from firstline.desk.breach import act_on_clocks
from firstline.outbox.models import DEAD, Notice

DEPLOY = PROJECT_ROOT / "deploy"
DASHBOARD: dict[str, Any] = json.loads((DEPLOY / "grafana" / "firstline.json").read_text("utf-8"))
RULES = yaml.safe_load((DEPLOY / "prometheus" / "rules.yml").read_text("utf-8"))["groups"][0]["rules"]
SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}


def declared() -> dict[str, Any]:
    """Return our metrics by the name that Prometheus shows for them, without a histogram's endings."""
    found = [item for item in vars(metrics).values() if hasattr(item, "_type") and hasattr(item, "_name")]
    return {f"{item._name}_total" if item._type == "counter" else item._name: item for item in found}


def samples() -> dict[str, set[str]]:
    """Return each name that can be asked for, with its labels."""
    found: dict[str, set[str]] = {}
    for name, item in declared().items():
        for suffix in SUFFIXES[item._type]:
            base = name if item._type == "counter" else f"{name}{suffix}"
            found[base] = set(item._labelnames) | ({"le"} if suffix == "_bucket" else set())
    return found


def asked() -> Iterator[tuple[str, str]]:
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"].replace("$partner", ".*")
    for rule in RULES:
        yield rule["alert"], rule["expr"]


def test_names_follow_prometheus_and_are_all_documented() -> None:
    page = (PROJECT_ROOT / "docs" / "observing.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(firstline_\w+)` \| (\w+)", page, re.MULTILINE))
    assert rows == {name: item._type for name, item in declared().items()}
    for name, item in declared().items():
        assert re.fullmatch(r"firstline_[a-z_]+", name) and item._documentation.endswith(".")
        assert item._type != "histogram" or name.endswith("_seconds")
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}`"))
        assert all(f"`{label}`" in row for label in item._labelnames), name


@pytest.mark.parametrize(("where", "expression"), asked())
def test_dashboard_and_alerts_ask_for_what_is_there(where: str, expression: str) -> None:
    parsed = promql_parser.parse(expression)
    assert parsed.prettify()
    known = samples()
    names = set(re.findall(r"firstline_\w+", expression))
    assert names and names <= set(known), where
    for name, selector in re.findall(r"(firstline_\w+)\{([^}]*)\}", expression):
        assert set(re.findall(r"(\w+)\s*[=!]", selector)) <= known[name], where


def test_the_dashboard_is_whole() -> None:
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids)) and DASHBOARD["uid"] and DASHBOARD["schemaVersion"] >= 39
    places = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in DASHBOARD["panels"]]
    assert len(places) == len(set(places))
    for rule in RULES:
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert set(rule["annotations"]) == {"summary", "action"}


class Figures:
    """What /metrics shows, and by how much it grew since it was looked at."""

    def __init__(self, http: Any) -> None:
        self._http = http
        self._before: dict[str, float] = {}

    async def look(self) -> None:
        self._before = await self._read()

    async def grown(self) -> dict[str, float]:
        now = await self._read()
        since = {name: value - self._before.get(name, 0) for name, value in now.items()}
        return {name: value for name, value in since.items() if value}

    async def _read(self) -> dict[str, float]:
        answer = await self._http.get("/metrics")
        assert answer.status_code == 200
        return {
            ",".join(
                [sample.name, *(f"{label}={value}" for label, value in sorted(sample.labels.items()))]
            ): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
            if sample.name.startswith("firstline_")
        }


async def test_figures_move_with_what_happens(http: Any, app: Any, new_customer: Any, bot: Any) -> None:
    figures = Figures(http)
    database = app.state.parts.database
    receipt = {"answered": False, "asked": "x", "nearest": None, "model": "m"}
    bot.script["모르는 것"] = [{"text": "답을 찾지 못했어요.", "custom": {"receipt": receipt, "articles": []}}]
    await figures.look()
    customer = await new_customer()
    await customer.send("모르는 것", "m1")
    await customer.send("모르는 것", "m1")
    bot.down = True
    await customer.send("메일이 안 와요")
    bot.down = False
    await customer.send("/human")
    await customer.send("아직 계신가요?")
    async with database.session() as session:
        session.add(Notice(key="k", partner="demo", channel="email", kind="opened", state=DEAD))
    grown = await figures.grown()
    assert {name: value for name, value in grown.items() if name.startswith("firstline_turns_total")} == {
        "firstline_turns_total,lang=ko,partner=demo,taken_by=bot": 2,
        "firstline_turns_total,lang=ko,partner=demo,taken_by=nobody": 1,
        "firstline_turns_total,lang=ko,partner=demo,taken_by=desk": 2,
    }
    assert grown["firstline_answers_total,lang=ko,partner=demo,result=none"] == 1
    assert grown["firstline_fallbacks_total,partner=demo,reason=failed"] == 1
    assert grown["firstline_handovers_total,partner=demo,reason=human"] == 1
    assert grown["firstline_stage_seconds_count,stage=turn"] == 5
    assert grown["firstline_stage_seconds_count,stage=bot"] == 2
    route = "firstline_http_request_seconds_count,method=POST,route=/api/chat/messages,status=200"
    assert grown[route] == 5
    shown = await figures._read()
    assert shown["firstline_cases_open,partner=demo"] == shown["firstline_cases_waiting,partner=demo"] == 1
    assert shown["firstline_promises_open,kind=first_response,partner=demo"] == 1
    assert shown["firstline_promises_overdue,kind=first_response,partner=demo"] == 0
    assert shown["firstline_outbox_notices,channel=email,state=dead"] == 1
    assert shown["firstline_bot_up"] == shown["firstline_database_up"] == 1
    await figures.look()
    await act_on_clocks(database, utcnow() + timedelta(days=30))
    grown = await figures.grown()
    assert grown["firstline_promise_events_total,event=breached,kind=first_response,partner=demo"] >= 1


async def test_without_database_and_bot_the_figures_say_so(http: Any, app: Any, bot: Any) -> None:
    bot.down = True
    await app.state.parts.database.close()
    app.state.parts.database._sessions.configure(bind=None)
    shown = await Figures(http)._read()
    assert shown["firstline_bot_up"] == shown["firstline_database_up"] == 0
    assert not [name for name in shown if name.startswith("firstline_cases_open")]


async def test_addresses_that_are_no_route_count_together(http: Any) -> None:
    figures = Figures(http)
    await figures.look()
    for guess in ("/wp-admin", "/.env", "/x"):
        await http.get(guess)
    assert (await figures.grown())["firstline_http_request_seconds_count,method=GET,route=none,status=404"] == 3
