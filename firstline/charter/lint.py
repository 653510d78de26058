"""The lint of a charter: rules L1 to L19, and the names that must stand for something.

An error makes the charter unusable, a warning doesn't. Later rules need sound names and hours, so they run only when
the earlier ones found no error there: mend, then lint again.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from firstline.charter import lint_hours, lint_references, lint_targets, lint_terms
from firstline.charter.findings import Finding
from firstline.charter.model import Charter

Rule = Callable[[Charter, datetime], Iterator[Finding]]

STAGES: tuple[tuple[Rule, ...], ...] = (
    (lint_references.names, lint_terms.l1_what_must_be_stated),
    (
        lint_terms.l2_price_or_free,
        lint_terms.l3_phone_or_targets,
        lint_terms.l4_every_language,
        lint_hours.l5_intervals,
        lint_hours.l6_time_zone,
        lint_targets.l8_whole_targets,
        lint_targets.l10_no_severity_without_target,
        lint_hours.l11_holiday_data,
        lint_targets.l12_resolve_of_others,
        lint_hours.l13_round_the_clock_channel,
        lint_terms.l15_collections,
        lint_terms.l16_out_of_hours,
        lint_terms.l17_upstream,
        lint_terms.l18_claims,
        lint_terms.l19_tax,
    ),
    (lint_hours.l7_open_soon,),
    (lint_targets.l9_order, lint_targets.l14_upstream_can),
)
_NEEDED_NEXT = {"reference", "L1", "L5", "L6", "L7", "L8"}


def lint(charter: Charter, at: datetime) -> list[Finding]:
    """Return all findings, rule by rule; ``at`` is the moment that time-dependent rules (L7, L9, L11, L14) look at."""
    findings: list[Finding] = []
    for stage in STAGES:
        for rule in stage:
            findings.extend(rule(charter, at))
        if any(item.level == "error" and item.rule in _NEEDED_NEXT for item in findings):
            break
    return findings
