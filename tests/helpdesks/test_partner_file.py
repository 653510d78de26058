"""The partner's choice, checked with a clear word, and looked over by the doctor."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from firstline.core.errors import BadInput
from firstline.core.settings import Settings
from firstline.helpdesks.partner_file import HelpdeskFiles
from firstline.serve.doctor.helpdesk_checks import helpdesks

from . import fake_chatwoot, fake_zammad
from .conftest import Server, write

ZAMMAD = {"url": "https://support.example.com", **fake_zammad.FILE}
CHATWOOT = {"url": "https://chat.example.com", **fake_chatwoot.FILE}


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ({"desk": "both"}, "desk: input should be 'ours' or 'theirs'"),
        ({"desk": "theirs"}, "describe one help desk, either zammad or chatwoot"),
        ({"desk": "theirs", "zammad": ZAMMAD, "chatwoot": CHATWOOT}, "describe one help desk"),
        ({"desk": "theirs", "chatwoot": {**CHATWOOT, "inbox": None}}, "chatwoot needs inbox and webhook_secret_env"),
        ({"zammad": {**ZAMMAD, "url": "support.example.com"}}, "zammad.url"),
        ({"zammad": {**ZAMMAD, "url": "https://user:word@support.example.com"}}, "zammad.url"),
        ({"zammad": {**ZAMMAD, "token": "abc"}}, "zammad.token: extra inputs are not permitted"),
        ({"zammad": {**ZAMMAD, "token_env": "a secret itself"}}, "zammad.token_env"),
        ({"chatwoot": {**CHATWOOT, "account": 0}}, "chatwoot.account"),
        ({"chatwoot": {**CHATWOOT, "agent_bot": {"token_env": "A"}}}, "chatwoot.agent_bot.secret_env: field required"),
        (["desk"], "the file"),
    ],
)
def test_a_file_that_is_wrong_names_the_place(partners: Path, file: Any, said: str) -> None:
    write(partners, file)
    with pytest.raises(BadInput) as raised:
        HelpdeskFiles(partners).get("demo")
    assert said.lower() in raised.value.message.lower() and "helpdesk.yaml" in raised.value.message


def test_without_a_file_cases_are_ours_and_a_bad_change_leaves_the_last_good_one(partners: Path) -> None:
    files = HelpdeskFiles(partners)
    assert files.get("demo").chosen is None
    write(partners, {"desk": "theirs", "zammad": ZAMMAD})
    assert files.get("demo").chosen == "zammad"
    (partners / "demo" / "helpdesk.yaml").write_text("desk: [", "utf-8")
    assert files.get("demo").chosen == "zammad"
    write(partners, {"desk": "ours", "zammad": ZAMMAD})
    assert files.get("demo").chosen is None


def test_a_wrong_file_stops_the_start(partners: Path, make_app: Any) -> None:
    write(partners, {"desk": "theirs"})
    with pytest.raises(BadInput, match=r"helpdesk\.yaml"):
        make_app()


async def test_the_doctor_finds_a_help_desk_well_and_changes_nothing(theirs: Server, settings: Settings) -> None:
    assert await helpdesks(settings) == []
    assert {request.method for request in theirs.requests} == {"GET"} and theirs.references() == []


async def test_the_doctor_says_what_is_wrong_with_it(
    theirs: Server, settings: Settings, partners: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, hook = (f"DEMO_{theirs.name.upper()}_{name}" for name in ("TOKEN", "HOOK"))
    monkeypatch.setenv(token, "not-the-token")
    monkeypatch.delenv(hook)
    refused, secret = await helpdesks(settings)
    assert refused.code == "helpdesk_unusable" and "401" in refused.what and "docs/helpdesks.md" in refused.mend
    assert secret.code == "helpdesk_secret" and hook in secret.mend
    monkeypatch.delenv(token)
    assert token in (await helpdesks(settings))[0].what
    await theirs.stop()
    monkeypatch.setenv(token, "the-token")
    file = yaml.safe_load((partners / "demo" / "helpdesk.yaml").read_text("utf-8"))
    file[theirs.name]["url"] = "http://nowhere.invalid"
    write(partners, file)
    assert "can't be resolved" in (await helpdesks(settings))[0].what


async def test_the_doctor_asks_for_the_agent_bots_token_and_an_api_inbox(
    chatwoot: Any, settings: Settings, partners: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = {"url": chatwoot.url, **fake_chatwoot.FILE, "agent_bot": fake_chatwoot.BOT_FILE}
    write(partners, {"chatwoot": file})
    assert await helpdesks(settings) == []
    monkeypatch.setenv("DEMO_CHATWOOT_BOT_TOKEN", "not-the-token")
    write(partners, {"chatwoot": {**file, "inbox": 8}})
    inbox, bot = await helpdesks(settings)
    assert "make one of the kind API" in inbox.what and "Chatwoot agent bot" in bot.what and "401" in bot.what
