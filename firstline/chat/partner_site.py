"""A partner's own site: who may show its chat, and how the site vouches for customers it knows.

It stands in ``<partners>/<partner>/site.yaml``. Without the file no other site than Firstline's own shows the chat.
"""

import os
from pathlib import Path
from typing import Annotated, Literal, Self

import structlog
import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from firstline.core.errors import BadInput, SetupIncomplete
from firstline.core.secrets import is_weak

ANY = "any"
FILE = "site.yaml"
Origin = Annotated[str, StringConstraints(pattern=r"^https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$")]
_Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=100)]
_File = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*$", max_length=100)]
# A secret for HS256 is as long as its hash (RFC 7518, section 3.2).
_SHORTEST = 32
_log = structlog.get_logger(__name__)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class IdentityKey(_Part):
    """A key the site signs with: for HS256 the environment variable with the secret, else a public key in PEM."""

    algorithm: Literal["HS256", "RS256", "ES256"]
    secret_env: _Variable | None = None
    public_key: _File | None = None

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        needed, other = ("secret_env", "public_key") if self.algorithm == "HS256" else ("public_key", "secret_env")
        if getattr(self, needed) is None or getattr(self, other) is not None:
            raise ValueError(f"{self.algorithm} needs `{needed}` and no `{other}`")
        return self


class Identity(_Part):
    """How customers are vouched for: up to two ``keys`` that count at a time, and how long and often a token does."""

    audience: str = Field("firstline", min_length=1, max_length=200)
    longest_minutes: int = Field(60, ge=1, le=1440)
    conversations: int = Field(5, ge=1, le=100)
    keys: list[IdentityKey] = Field(min_length=1, max_length=2)


class PartnerSite(_Part):
    """The file: ``origins`` such as ``https://www.example.com`` or ``https://*.example.com``, or ``any``."""

    origins: Literal["any"] | list[Origin] = Field(default_factory=list)
    identity: Identity | None = None

    def allows(self, origin: str) -> bool:
        """Say whether a page of ``origin`` may show the chat and call it."""
        return self.origins == ANY or any(_matches(origin, allowed) for allowed in self.origins)


class PartnerSites:
    """Serves the partners' files and reads one again when it changes; a bad change leaves the last good one."""

    def __init__(self, folder: Path) -> None:
        """Read below ``folder``; reads nothing yet."""
        self._folder = folder
        self._kept: dict[str, tuple[tuple[int, int], PartnerSite]] = {}

    def partners(self) -> list[str]:
        """Return the partners that have a file."""
        return sorted(path.parent.name for path in self._folder.glob(f"*/{FILE}"))

    def get(self, partner: str) -> PartnerSite:
        """Return what a partner with a charter allows; nothing without a file.

        Raises ``BadInput`` when the file is wrong and never was right.
        """
        path = self._folder / partner / FILE
        try:
            status = path.stat()
        except OSError:
            return PartnerSite()
        stamp = (status.st_mtime_ns, status.st_size)
        known = self._kept.get(partner)
        if known is not None and known[0] == stamp:
            return known[1]
        try:
            found = read_site(path)
        except BadInput as error:
            if known is None:
                raise
            _log.error("site_invalid", file=str(path), error=error.message, serving="the last one that was right")
            found = known[1]
        self._kept[partner] = (stamp, found)
        return found

    def key(self, partner: str, key: IdentityKey) -> bytes:
        """Return a key's secret or its PEM; raises ``SetupIncomplete`` when it is missing or weak."""
        if key.secret_env is not None:
            secret = os.environ.get(key.secret_env, "")
            if len(secret) < _SHORTEST or is_weak(secret):
                raise SetupIncomplete(
                    f"Set the environment variable {key.secret_env} to {_SHORTEST} or more random characters; "
                    f"{partner}'s site signs with it."
                )
            return secret.encode()
        path = self._folder / partner / str(key.public_key)
        try:
            return path.read_bytes()
        except OSError as error:
            raise SetupIncomplete(f"{path} can't be read ({error.strerror}); put the public key there.") from error


def read_site(path: Path) -> PartnerSite:
    """Read a file; raises ``BadInput`` that names the file, the place and what to do."""
    try:
        return PartnerSite.model_validate(yaml.safe_load(path.read_text("utf-8")) or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadInput(f"{path}: this is no YAML in UTF-8: {error}", code="bad_site") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise BadInput(f"{path}: {where}: {first['msg']}", code="bad_site") from error


def _matches(origin: str, allowed: str) -> bool:
    if "//*." not in allowed:
        return origin == allowed
    scheme, _, rest = allowed.partition("//*")
    return origin.startswith(f"{scheme}//") and origin.endswith(rest) and "@" not in origin
