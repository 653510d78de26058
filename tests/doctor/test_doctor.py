"""Each misconfiguration is named by its code, with what to do; an installation in good health has none."""

import json
import os
import re
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from firstline.core.setting_names import OF_OTHERS, REMOVED, RENAMED
from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.core.times import system_clock, use_clock
from firstline.serve.cli import app
from firstline.serve.migrate import known_revisions
from firstline.serve.run_lock import take_run_lock

from .conftest import Installation, write

# What a first installation may do without.
ALLOWED = {"no_scanner", "no_mail"}


def charter_breaks_lint(one: Installation) -> None:
    one.edit_charter("    free: true\n", "")


def holidays_end(one: Installation) -> None:
    one.edit_charter('holidays: {set: KR, version: "2026-11"', 'holidays: {set: KR, version: "2024-11"')


def charter_gone(one: Installation) -> None:
    (one.partners / "demo" / "charter.yaml").unlink()


def schema(revision: str) -> Callable[[Installation], None]:
    return lambda one: one.sql(f"UPDATE alembic_version SET version_num = '{revision}'")


def settings(**values: Any) -> Callable[[Installation], None]:
    return lambda one: one.set(**values)


def without(*paths: str) -> Callable[[Installation], None]:
    return lambda one: [(one.data / path).unlink() for path in paths] and None


def file(path: str, text: str) -> Callable[[Installation], None]:
    return lambda one: write(one.data / path, text)


def no_folder(one: Installation) -> None:
    write(one.folder / "occupied", "a file")
    one.set(data_dir=one.folder / "occupied" / "data")


def index_of_another_model(one: Installation) -> None:
    path = one.data / "index" / "demo" / "manifest.json"
    path.write_text(path.read_text("utf-8").replace("tiny@", "large@"), "utf-8")


def open_secrets(one: Installation) -> None:
    write(one.data / "secrets.json", "{}")
    (one.data / "secrets.json").chmod(0o644)


def webhook_without_secret(one: Installation) -> None:
    hook = "webhooks: [{url: 'https://hooks.example.com/x', secret_env: DEMO_HOOK_SECRET}]\n"
    write(one.partners / "demo" / "notices.yaml", hook)


def site(text: str) -> Callable[[Installation], object]:
    return lambda one: write(one.partners / "demo" / "site.yaml", text)


def another_partner_open_to_all(one: Installation) -> None:
    charter = (one.partners / "demo" / "charter.yaml").read_text("utf-8")
    write(one.partners / "shop" / "charter.yaml", charter.replace("id: demo\n", "id: shop\n", 1))
    write(one.partners / "shop" / "site.yaml", "origins: any\n")


NOWHERE = "127.0.0.1:9"
SEEDS: dict[str, tuple[Callable[[Installation], object], str, str]] = {
    "weak secret": (settings(token_secret="short"), "weak_secret", "token_urlsafe"),
    "secret of one letter": (settings(bot_secret="a" * 40), "weak_secret", "token_urlsafe"),
    "secrets damaged": (file("secrets.json", "{"), "secrets_unreadable", "Mend the file"),
    "secrets open to others": (open_secrets, "secrets_open", "chmod 600"),
    "no shared secret": (settings(redis_url=f"redis://{NOWHERE}/0"), "secret_not_shared", "same value for all"),
    "redis away": (settings(redis_url=f"redis://{NOWHERE}/0"), "redis_unreachable", "FIRSTLINE_REDIS_URL"),
    "redis beside sqlite": (settings(redis_url=f"redis://{NOWHERE}/0"), "redis_without_postgresql", "PostgreSQL"),
    "database away": (
        settings(database_url=f"postgresql://u:hidden@{NOWHERE}/x"), "database_unreachable", "FIRSTLINE_DATABASE_URL",
    ),
    "database address wrong": (settings(database_url="no address"), "bad_database_url", "FIRSTLINE_DATABASE_URL"),
    "database of another kind": (settings(database_url="oracle://x/y"), "bad_database_url", "FIRSTLINE_DATABASE_URL"),
    "no database": (without("firstline.db"), "no_database", "firstline prepare"),
    "schema older": (schema(known_revisions()[1]), "schema_older", "firstline backup"),
    "schema newer": (schema("9999"), "schema_newer", "Install the Firstline that made it"),
    "no schema": (lambda one: one.sql("DROP TABLE alembic_version"), "no_schema", "firstline prepare"),
    "model missing": (without("models/embedding/model.onnx"), "model_missing", "firstline prepare"),
    "another model wanted": (settings(embedding_model="intfloat/e5"), "model_missing", "firstline prepare"),
    "index missing": (without("index/demo/manifest.json"), "index_missing", "firstline prepare"),
    "index damaged": (file("index/demo/manifest.json", "{"), "index_missing", "firstline prepare"),
    "index of another model": (index_of_another_model, "index_of_another_model", "firstline prepare"),
    "bot not installed": (settings(bot_python="/nowhere/python"), "bot_environment_missing", "make setup"),
    "bot not trained": (without("bot/model.tar.gz"), "bot_not_trained", "make train"),
    "bot older than its data": (file("bot/trained.json", '{"fingerprint": "x"}'), "bot_older_than_data", "make train"),
    "bot elsewhere away": (settings(bot_url=f"http://{NOWHERE}"), "bot_unreachable", "FIRSTLINE_BOT_URL"),
    "charter fails its lint": (charter_breaks_lint, "charter_fails_lint", "firstline charter check"),
    "holidays end": (holidays_end, "holidays_missing", "by `version`"),
    "no partner": (charter_gone, "no_partner", "FIRSTLINE_PARTNERS_DIR"),
    "webhook without secret": (webhook_without_secret, "webhook_secret", "DEMO_HOOK_SECRET"),
    "sites unknown": (site(""), "no_origins", "origins"),
    "sites written wrongly": (site("origins: example.com"), "site_wrong", "Mend"),
    "any site": (another_partner_open_to_all, "any_origin", "origins"),
    "identity without secret": (
        site("identity: {keys: [{algorithm: HS256, secret_env: NO_SUCH_SECRET}]}"), "identity_key", "recognised",
    ),
    "folder not writable": (no_folder, "folder_not_writable", "FIRSTLINE_DATA_DIR"),
    "disk nearly full": (settings(upload_max_bytes=10**17), "disk_low", "another disk"),
    "mail server away": (
        settings(smtp_host="127.0.0.1", smtp_port=9, smtp_from="a@example.com"), "mail_unreachable", "FIRSTLINE_SMTP_",
    ),
    "mails without sender": (settings(smtp_host="127.0.0.1", smtp_port=9), "notices_wrong", "Mend"),
    "scanner missing": (settings(upload_scanner="no-scanner -f"), "scanner_missing", "FIRSTLINE_UPLOAD_SCANNER"),
    "unknown kind of file": (settings(upload_kinds="png,exe"), "unknown_kind", "Choose of"),
    "log level": (settings(log_level="LOUD"), "bad_log_level", "DEBUG, INFO"),
    "provider half set up": (settings(oidc_issuer="https://id.example.com"), "oidc_incomplete", "Set what is missing"),
    "open to the net without address": (settings(host="0.0.0.0"), "no_public_url", "FIRSTLINE_PUBLIC_URL"),
    "no https": (settings(public_url="http://help.example.com"), "no_https", "TLS"),
    "misspelt setting": (settings(databse_url="x"), "unknown_setting", "Did you mean FIRSTLINE_DATABASE_URL?"),
    "renamed setting": (settings(login_attempts_per_minute=5), "renamed_setting", "FIRSTLINE_LOGIN_FREE_ATTEMPTS"),
    "impossible value": (settings(bot_timeout_seconds=-1), "bad_setting", "docs/settings.md"),
    "no account": (lambda one: one.sql("DELETE FROM staff"), "no_staff", "firstline staff add --partner demo"),
    "no lead": (lambda one: one.sql("UPDATE staff SET roles = '[\"agent\"]'"), "no_lead", "--role lead"),
}  # fmt: skip
WARNINGS = {
    "secrets_open", "redis_without_postgresql", "holidays_missing", "no_public_url", "no_https", "unknown_setting",
    "no_lead", "renamed_setting", "no_origins", "any_origin",
}  # fmt: skip


def test_an_installation_in_good_health_has_nothing_to_mend(installation: Installation) -> None:
    before = sorted(installation.folder.rglob("*"))
    code, found = installation.examine()
    assert (code, set(found) - ALLOWED) == (0, set()), found
    changed = set(installation.folder.rglob("*")) - set(before)
    assert {path.name for path in changed} <= {"firstline.db-wal", "firstline.db-shm"}


@pytest.mark.parametrize("name", SEEDS)
def test_it_is_named_with_its_mend(installation: Installation, name: str) -> None:
    seed, code, words = SEEDS[name]
    seed(installation)
    exit_code, found = installation.examine()
    assert code in found, found
    assert words in found[code]["mend"]
    assert found[code]["level"] == ("warning" if code in WARNINGS else "error")
    assert exit_code == int(any(item["level"] == "error" for item in found.values()))
    assert "check_failed" not in found
    assert "hidden" not in json.dumps(found)


def test_a_port_that_is_taken(installation: Installation) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", installation.port))
        other.listen()
        code, found = installation.examine()
        assert code == 1 and "FIRSTLINE_PORT" in found["port_taken"]["mend"]


def test_one_that_runs_is_asked_how_it_is(installation: Installation) -> None:
    lock = take_run_lock(installation.data)
    code, found = installation.examine()
    lock.close()
    assert code == 1 and "port_taken" not in found
    assert "same settings" in found["not_answering"]["mend"]


def test_a_clock_that_was_put_back(installation: Installation) -> None:
    installation.sql(
        "INSERT INTO conversations (id, partner, state, language, language_chosen, customer_seen, bot_failures, "
        "created_at, updated_at) SELECT 'a', 'demo', 'bot', 'ko', 0, 0, 0, datetime('now'), datetime('now')"
    )
    assert "clock_off" not in installation.examine()[1]
    with use_clock(lambda: system_clock() - timedelta(hours=1)):
        code, found = installation.examine()
    assert (
        code == 1
        and "ahead of this machine" in found["clock_off"]["what"]
        and "time server" in found["clock_off"]["mend"]
    )


def test_settings_in_a_file_are_looked_at_too(installation: Installation) -> None:
    write(installation.folder / ".env", "FIRSTLINE_SMTP_HOSTS=mail\nOTHER=1\n")
    found = installation.examine()[1]
    assert found["unknown_setting"]["what"].startswith("FIRSTLINE_SMTP_HOSTS in .env")


def test_people_read_lines_and_scripts_an_exit_code(installation: Installation) -> None:
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 0 and "ok       database" in done.output
    installation.set(bot_python="/nowhere")
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 1 and "error    bot: There is no /nowhere." in done.output
    assert "         Run `make setup`." in done.output


def test_the_bots_own_variables_are_no_strangers() -> None:
    read = {
        name
        for path in (PROJECT_ROOT / "bot").rglob("*")
        if path.suffix in (".py", ".yml") and path.is_file()
        for name in re.findall(r"FIRSTLINE_[A-Z_]+", path.read_text("utf-8"))
    }
    ours = {f"FIRSTLINE_{name.upper()}" for name in Settings.model_fields}
    assert read - ours <= OF_OTHERS
    assert set(RENAMED.values()) <= ours and not (set(RENAMED) | set(REMOVED)) & ours
    assert not os.environ.keys() & set(RENAMED)
