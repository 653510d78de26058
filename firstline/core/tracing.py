"""OpenTelemetry traces, where somebody takes them; without a receiver nothing of it is loaded.

A trace follows one request through app, bot and action by the W3C header ``traceparent``. Spans carry names and ids,
never what customers wrote.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from firstline.core.errors import SetupIncomplete

_HEADER = "traceparent"
_tracer: Any = None
_provider: Any = None


def start_tracing(endpoint: str, service: str = "firstline-app") -> None:
    """Send spans to ``endpoint`` by OTLP over HTTP, in batches beside the work; empty sends none.

    Raises ``SetupIncomplete`` where the packages are missing.
    """
    global _tracer, _provider
    if not endpoint:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise SetupIncomplete(
            "FIRSTLINE_OTLP_ENDPOINT is set, but OpenTelemetry is not installed: `pip install 'firstline[tracing]'`, "
            "or leave the setting out."
        ) from error
    _provider = TracerProvider(resource=Resource.create({"service.name": service}))
    _provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    _tracer = _provider.get_tracer("firstline")


def stop_tracing() -> None:
    """Send what is left, and stop."""
    global _tracer, _provider
    if _provider is not None:
        _provider.shutdown()
    _tracer = _provider = None


@contextmanager
def span(name: str, **attributes: str | int) -> Iterator[None]:
    """Show the block as a span of the present trace; an exception marks it as failed."""
    if _tracer is None:
        yield
        return
    with _tracer.start_as_current_span(name, attributes=attributes):
        yield


@contextmanager
def incoming(name: str, headers: Mapping[bytes, bytes], **attributes: str | int) -> Iterator[None]:
    """Show a request as a span of the trace that its ``traceparent`` names, or as the first of a new one."""
    if _tracer is None:
        yield
        return
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier = {_HEADER: headers.get(_HEADER.encode(), b"").decode("latin-1")}
    context = TraceContextTextMapPropagator().extract(carrier)
    with _tracer.start_as_current_span(name, context=context, attributes=attributes):
        yield


def outgoing() -> dict[str, str]:
    """Return the header that lets another process go on with the present trace; empty without one."""
    if _tracer is None:
        return {}
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return {_HEADER: carrier[_HEADER]} if _HEADER in carrier else {}
