"""What the benchmarks over HTTP share: answers that must have come, and the figures of what was timed."""

from collections.abc import Sequence

import httpx
import numpy as np

from firstline.core.errors import Unavailable


def came(answer: httpx.Response) -> httpx.Response:
    """Return a good answer; raises ``Unavailable`` for any other: what failed was not measured."""
    if not answer.is_success:
        raise Unavailable(f"{answer.request.method} {answer.request.url.path} gave HTTP {answer.status_code}.")
    return answer


def percentiles(name: str, seconds: Sequence[float]) -> dict[str, float]:
    """Return ``{name}_p50_ms`` and ``{name}_p95_ms``, in milliseconds."""
    return {f"{name}_p{p}_ms": round(float(np.percentile(seconds, p)) * 1000, 1) for p in (50, 95)}
