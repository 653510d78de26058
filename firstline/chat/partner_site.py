"""A partner's own site: who may show its chat, and how the site vouches for customers it knows.

It stands in ``<partners>/<partner>/site.yaml``. Without the file no other site than Firstline's own shows the chat.
"""

import os
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from firstline.core.errors import SetupIncomplete
from firstline.core.partner_files import Part, PartnerFiles, Variable, read_yaml, validated
from firstline.core.secrets import is_weak

ANY = "any"
FILE = "site.yaml"
Origin = Annotated[str, StringConstraints(pattern=r"^https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$")]
_File = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*$", max_length=100)]
# A secret for HS256 is as long as its hash (RFC 7518, section 3.2).
_SHORTEST = 32


class IdentityKey(Part):
    """A key the site signs with: for HS256 the environment variable with the secret, else a public key in PEM."""

    algorithm: Literal["HS256", "RS256", "ES256"]
    secret_env: Variable | None = None
    public_key: _File | None = None

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        needed, other = ("secret_env", "public_key") if self.algorithm == "HS256" else ("public_key", "secret_env")
        if getattr(self, needed) is None or getattr(self, other) is not None:
            raise ValueError(f"{self.algorithm} needs `{needed}` and no `{other}`")
        return self


class Identity(Part):
    """How customers are vouched for: up to two ``keys`` that count at a time, and how long and often a token does."""

    audience: str = Field("firstline", min_length=1, max_length=200)
    longest_minutes: int = Field(60, ge=1, le=1440)
    conversations: int = Field(5, ge=1, le=100)
    keys: list[IdentityKey] = Field(min_length=1, max_length=2)


class PartnerSite(Part):
    """The file: ``origins`` such as ``https://www.example.com`` or ``https://*.example.com``, or ``any``."""

    origins: Literal["any"] | list[Origin] = Field(default_factory=list)
    identity: Identity | None = None

    def allows(self, origin: str) -> bool:
        """Say whether a page of ``origin`` may show the chat and call it."""
        return self.origins == ANY or any(_matches(origin, allowed) for allowed in self.origins)


class PartnerSites(PartnerFiles[PartnerSite]):
    """Serves what each partner with a charter allows; nothing without a file."""

    name = FILE
    model = PartnerSite

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
    return validated(path, PartnerSite, read_yaml(path))


def _matches(origin: str, allowed: str) -> bool:
    if "//*." not in allowed:
        return origin == allowed
    scheme, _, rest = allowed.partition("//*")
    return origin.startswith(f"{scheme}//") and origin.endswith(rest) and "@" not in origin
