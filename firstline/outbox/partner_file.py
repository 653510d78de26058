"""What a partner wants to be told and where: ``<partners>/<partner>/notices.yaml``. Without the file: mail to leads."""

import os
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from firstline.core.partner_files import Part, PartnerFiles, Variable
from firstline.outbox.attempts import NotNow

Told = Literal["opened", "replied", "resolved", "warned", "breached", "nobody"]
Kind = Told | Literal["from_above"]
_Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s@]+$", max_length=500)]
_SHORTEST_SECRET = 8


class Hook(Part):
    """A receiver of webhooks; ``secret_env`` names the environment variable that holds its secret."""

    url: _Url
    secret_env: Variable
    events: list[Told] = Field(["opened", "resolved", "warned", "breached", "nobody"])


class PartnerNotices(Part):
    """The file. ``mail_leads`` lists what leads get by e-mail, ``mail_customers`` what customers do.

    ``mail_agents`` is what goes to the agent who has the case, or to leads where nobody has it.
    """

    mail_leads: list[Told] = Field(["opened", "warned", "breached", "nobody"])
    mail_agents: list[Literal["from_above"]] = Field(["from_above"])
    mail_customers: list[Literal["opened", "replied", "resolved"]] = Field(["opened", "replied", "resolved"])
    webhooks: list[Hook] = Field(default_factory=list, max_length=10)


class Partners(PartnerFiles[PartnerNotices]):
    """Serves what each partner wants to be told."""

    name = "notices.yaml"
    model = PartnerNotices


def secret_of(variable: str) -> str:
    """Return the secret in an environment variable; raises ``NotNow`` when it isn't set or too short."""
    value = os.environ.get(variable, "")
    if len(value) < _SHORTEST_SECRET:
        raise NotNow(f"set the environment variable {variable} to a secret of {_SHORTEST_SECRET} characters or more")
    return value
