"""Issues in the shape of Microsoft Graph's ``serviceHealthIssue``, read with care: unknown values are accepted."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from firstline.core.errors import BadInput

_MOST = 2000


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Moment = Annotated[datetime, AfterValidator(_aware)]


class GraphIssue(BaseModel):
    """The fields of ``serviceHealthIssue`` that are used; others (``posts``, ``details``) are passed over."""

    model_config = ConfigDict(extra="ignore", alias_generator=to_camel, frozen=True)

    id: str = Field(min_length=1, max_length=64)
    title: str = Field("", max_length=2000)
    service: str = Field(min_length=1, max_length=200)
    feature: str | None = Field(None, max_length=200)
    classification: str = Field("unknownFutureValue", max_length=40)
    status: str = Field("unknownFutureValue", max_length=60)
    impact_description: str | None = Field(None, max_length=10_000)
    is_resolved: bool = False
    start_date_time: Moment
    end_date_time: Moment | None = None
    last_modified_date_time: Moment | None = None

    @property
    def modified(self) -> datetime:
        """When the issue was last changed; its start where that isn't told."""
        return self.last_modified_date_time or self.start_date_time


_ISSUES = TypeAdapter(list[GraphIssue])


def read_issues(content: Any) -> Sequence[GraphIssue]:
    """Return the issues of a Graph answer ``{"value": [...]}``, a list of them, or a single one.

    Raises ``BadInput`` that names issue and field; then none of them is usable.
    """
    rows = content.get("value", [content]) if isinstance(content, dict) else content
    if not isinstance(rows, list):
        raise BadInput('Give the answer of Microsoft Graph, {"value": [issue, ...]}, or a list of issues.')
    if len(rows) > _MOST:
        raise BadInput(f"{len(rows)} issues are too many at once; {_MOST} are allowed.")
    try:
        issues = _ISSUES.validate_python(rows)
    except ValidationError as error:
        first = error.errors()[0]
        place = f"issue {first['loc'][0]}" + "".join(f", field '{part}'" for part in first["loc"][1:])
        raise BadInput(f"{place}: {first['msg'][:1].lower()}{first['msg'][1:]}.", code="bad_issue") from error
    twice = {issue.id for issue in issues if sum(other.id == issue.id for other in issues) > 1}
    if twice:
        raise BadInput(f"The id {sorted(twice)[0]} stands there twice; give each issue once.", code="bad_issue")
    return issues
