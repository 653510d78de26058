"""Where a partner's cases are answered: ``<partners>/<partner>/helpdesk.yaml``. Without the file: at our desk."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from firstline.core.partner_files import Part, PartnerFiles, Variable

_Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s@?#]+$", max_length=500)]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
DeskName = Literal["zammad", "chatwoot"]


class ZammadFile(Part):
    """A Zammad; ``*_env`` name environment variables. ``solved_states`` are the states that count as solved there."""

    url: _Url
    token_env: Variable
    webhook_secret_env: Variable
    group: _Name
    solved_states: list[_Name] = Field(["closed"], min_length=1, max_length=20)
    open_state: _Name = "open"


class AgentBotFile(Part):
    """Firstline as an agent bot of that Chatwoot: the bot's own token, and the secret that signs its events."""

    token_env: Variable
    secret_env: Variable


class ChatwootFile(Part):
    """A Chatwoot; ``inbox`` is an inbox of the kind API, needed where cases are opened there."""

    url: _Url
    account: int = Field(ge=1)
    token_env: Variable
    inbox: int | None = Field(None, ge=1)
    webhook_secret_env: Variable | None = None
    agent_bot: AgentBotFile | None = None


class HelpdeskFile(Part):
    """The file. ``desk`` says where new cases are answered: ``ours``, or ``theirs``, in the one help desk it names."""

    desk: Literal["ours", "theirs"] = "ours"
    zammad: ZammadFile | None = None
    chatwoot: ChatwootFile | None = None

    @property
    def chosen(self) -> DeskName | None:
        """The help desk in which new cases are opened, ``None`` for our own."""
        if self.desk == "ours":
            return None
        return "zammad" if self.zammad else "chatwoot"

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.desk == "theirs" and (self.zammad is None) == (self.chatwoot is None):
            raise ValueError("desk is theirs: describe one help desk, either zammad or chatwoot")
        chatwoot = self.chatwoot
        if self.chosen == "chatwoot" and chatwoot and not (chatwoot.inbox and chatwoot.webhook_secret_env):
            raise ValueError("desk is theirs: chatwoot needs inbox and webhook_secret_env")
        return self


class HelpdeskFiles(PartnerFiles[HelpdeskFile]):
    """Serves what each partner chose."""

    name = "helpdesk.yaml"
    model = HelpdeskFile
    hint = "docs/helpdesks.md shows the file."
