"""The app does what its OpenAPI document says: every operation, tried by nobody, by customers and by staff, with inputs
that fit the document and inputs that don't.

``FUZZ_EXAMPLES`` says how many inputs each gets (``make fuzz`` raises it).
"""

import asyncio
import contextlib
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from firstline.core.settings import Settings

from ..staff.demo import EVERY_ROLE, Demo

SCALE = int(os.environ.get("FUZZ_EXAMPLES", "1"))
CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
# A longer address is refused by the server of HTTP, before there is a request that a route could answer.
LONGEST_ADDRESS = 60_000
# What is missing, such as an index here, is their answer and no fault.
SAYS_WHAT_IS_MISSING = ("/readyz", "/healthz")
# After one of these a session is over or somewhere else: each input gets a session of its own.
ENDS_SESSION = ("/logout", "/sessions", "/password", "/api/staff/partner")
fuzz = hypothesis.settings(
    derandomize=SCALE == 1, database=None, deadline=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck), print_blob=False,
)  # fmt: skip


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """As many messages and uploads a minute as the run sends."""
    free = 10_000_000
    limits = {"messages_per_minute": free, "conversations_per_minute": free, "uploads_per_minute": free}
    return settings.model_copy(update=limits)


@dataclass
class Run:
    """Sends inputs to a server and keeps what came of them."""

    url: str
    names: dict[str, str]
    http: requests.Session = field(default_factory=requests.Session)
    answers: Counter[int] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)

    def try_operation(self, operation: Any, token_of: Callable[[], str] | None = None) -> None:
        """Send an operation's inputs with a token, or as nobody."""
        fresh = operation.path.endswith(ENDS_SESSION) or "/sessions/" in operation.path
        token = token_of() if token_of else ""

        def send(case: Case) -> None:
            bearer = token_of() if token_of and fresh else token
            self._send(case, {"Authorization": f"Bearer {bearer}"} if bearer else {})

        refused = token_of is None and operation.definition.raw.get("security")
        for strategy, examples in [next(self._inputs(operation))] if refused else self._inputs(operation):
            # Where every input fits, as with a search text, there is none that doesn't.
            with contextlib.suppress(Unsatisfiable):
                hypothesis.settings(fuzz, max_examples=examples * SCALE)(given(strategy)(send))()

    def _inputs(self, operation: Any) -> Iterator[tuple[Any, int]]:
        """Yield strategies and how often to use each: all made up, and with the names of what is really there."""
        there = {found.name: self.names[found.name] for found in operation.path_parameters if found.name in self.names}
        takes = operation.body or operation.query
        for mode, examples in ((GenerationMode.POSITIVE, 2), (GenerationMode.NEGATIVE, 1)):
            if mode is GenerationMode.POSITIVE or takes:
                yield operation.as_strategy(mode), examples
                if there:
                    yield operation.as_strategy(mode, path_parameters=there), examples

    def _send(self, case: Case, headers: dict[str, str]) -> None:
        answer = case.call(base_url=self.url, session=self.http, headers=headers, timeout=60, allow_redirects=False)
        if len(str(answer.request.url)) > LONGEST_ADDRESS:
            return
        self.answers[answer.status_code] += 1
        may_miss = case.operation.path in SAYS_WHAT_IS_MISSING
        try:
            case.validate_response(answer, checks=CHECKS if may_miss else [not_a_server_error, *CHECKS])
        except FailureGroup as failed:
            for failure in failed.exceptions:
                what = f"{case.operation.label}: {failure}"
                self.failures.setdefault(what, f"{what}\n{case.as_curl_command()}")


async def test_every_operation_answers_as_documented(
    app: FastAPI, address: str, demo: Demo, person: Any, new_customer: Any
) -> None:
    loop = asyncio.get_running_loop()

    async def make_staff() -> str:
        token: str = (await person("everybody", *EVERY_ROLE)).token
        return token

    async def make_customer() -> str:
        customer = await new_customer()
        await customer.send("/human")
        return str(customer.token)

    def token_for(scheme: str) -> str:
        made = {"staff": make_staff, "customer": make_customer}[scheme]()
        return asyncio.run_coroutine_threadsafe(made, loop).result()

    run = Run(f"http://{address}", demo.names)
    schema = schemathesis.openapi.from_dict(app.openapi())

    def everything() -> int:
        count = 0
        for found in schema.get_all_operations():
            operation = found.ok()
            security = operation.definition.raw.get("security", [])
            run.try_operation(operation)
            for scheme in ("staff", "customer"):
                if {scheme: []} in security:
                    run.try_operation(operation, lambda scheme=scheme: token_for(scheme))  # type: ignore[misc]
            count += 1
        return count

    operations = await asyncio.to_thread(everything)
    print(f"\n{operations} operations, {run.answers.total()} requests: {dict(sorted(run.answers.items()))}")
    assert not run.failures, "\n\n".join(run.failures.values())
    assert operations > 100 and run.answers[200] > operations / 4
