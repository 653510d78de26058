"""What the authors' routes share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from firstline.authoring.effects import Effects
from firstline.authoring.images import ImageStore
from firstline.authoring.library import Library
from firstline.authoring.workflow import Workflow
from firstline.core.database import Database
from firstline.desk.audit import audit
from firstline.desk.models import Staff
from firstline.knowledge.service import Knowledge

Lang = Literal["ko", "en"]
PREFIX = "/api/authors"


class Body(BaseModel):
    """Base of bodies: unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Context:
    """The parts that authors' routes call; ``signed_in`` is the dependency that yields the author."""

    database: Database
    knowledge: Knowledge
    images: ImageStore
    effects: Effects
    signed_in: Callable[..., Any]

    def workflow(self, author: Staff) -> Workflow:
        """Return what lets ``author`` change the partner's articles."""
        return Workflow(self.database, self.knowledge, self.effects, author.partner, author.name)

    async def audit(self, author: Staff, action: str, target: str, **data: Any) -> None:
        """Note a change in the audit log, once it is made."""
        async with self.database.session() as session:
            audit(session, author, action, target, **data)

    def library(self, author: Staff) -> Library:
        """Return what lets ``author`` read the partner's articles."""
        return Library(self.knowledge, author.partner)
