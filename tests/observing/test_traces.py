"""Traces reach a receiver of OTLP, go on in another process, and cost nothing where they are off."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from firstline.core.logs import request_id
from firstline.core.tracing import incoming, outgoing, span, start_tracing, stop_tracing


class Receiver:
    """A collector: takes OTLP over HTTP and keeps the spans."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.services: set[str] = set()
        keep = self._keep

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                keep(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1/traces"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _keep(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.services |= {a.value.string_value for a in resource.resource.attributes if a.key == "service.name"}
            self.spans += [one for scope in resource.scope_spans for one in scope.spans]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    stop_tracing()
    receiver.close()


async def test_a_turn_is_one_trace_without_a_word_of_the_customer(
    receiver: Receiver, http: httpx.AsyncClient, new_customer: Any
) -> None:
    customer = await new_customer()
    start_tracing(receiver.url)
    words = {"text": "비밀스러운 질문입니다", "client_message_id": "m1"}
    headers = customer.headers | {"X-Request-Id": "from-the-widget"}
    answer = await http.post("/api/chat/messages", json=words, headers=headers)
    assert answer.status_code == 200
    stop_tracing()
    assert receiver.services == {"firstline-app"}
    by_name = {one.name: one for one in receiver.spans}
    assert {"request", "turn", "order", "accept", "understand", "bot", "keep"} <= set(by_name)
    assert len({one.trace_id for one in receiver.spans}) == 1
    assert by_name["turn"].parent_span_id == by_name["request"].span_id
    assert by_name["bot"].parent_span_id == by_name["turn"].span_id
    attributes = {a.key: a.value.string_value for a in by_name["request"].attributes}
    assert attributes["request.id"] == "from-the-widget"
    assert "비밀스러운" not in str(receiver.spans)


def test_another_process_goes_on_with_the_trace(receiver: Receiver) -> None:
    start_tracing(receiver.url)
    with span("bot"):
        handed_on = outgoing()["traceparent"]
    with incoming("request", {b"traceparent": handed_on.encode()}), span("action"):
        pass
    with incoming("request", {b"traceparent": b"nonsense"}):
        pass
    stop_tracing()
    first, action, request, other = receiver.spans
    assert action.trace_id == request.trace_id == first.trace_id != other.trace_id
    assert request.parent_span_id == first.span_id and action.parent_span_id == request.span_id


def test_a_receiver_that_is_away_stops_nobody() -> None:
    start_tracing("http://127.0.0.1:9/v1/traces")
    with span("turn"):
        assert request_id.get()
    stop_tracing()


def test_without_the_setting_nothing_is_loaded() -> None:
    script = (
        "import sys; from firstline.core import metrics, tracing\n"
        "tracing.start_tracing('')\n"
        "with metrics.stage('turn'): assert tracing.outgoing() == {}\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stdout.strip() == "[]", done.stdout + done.stderr
