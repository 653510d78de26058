"""Customers whom the partner's own site knows: it signs who they are (JWT, RFC 7519), and we check it.

A token needs ``sub`` (the partner's own id of the customer), ``aud``, ``iat`` and ``exp``; it may carry ``name``,
``email`` and ``tier``. What does not hold is refused: nobody gets a known customer's rights, or goes on unknown, by a
token that is wrong.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import ECKey, OctKey, RSAKey

from firstline.charter import Charter
from firstline.chat.partner_site import Identity, PartnerSites
from firstline.core.errors import BadInput, NotSignedIn, SetupIncomplete

LONGEST_TOKEN = 8_000
_LEEWAY_SECONDS = 60
_SHORTEST_RSA = 2048
_LONGEST = {"sub": 200, "name": 120, "email": 254, "tier": 40}


@dataclass(frozen=True)
class Vouched:
    """A customer as the partner's site says; ``token_hash`` tells one token from another until ``expires``."""

    customer_id: str
    name: str | None
    email: str | None
    tier: str | None
    token_hash: str
    expires: datetime


def check_key(raw: bytes, algorithm: str) -> Any:
    """Return the key to check signatures with; raises ``SetupIncomplete`` when it is none for ``algorithm``."""
    try:
        if algorithm == "HS256":
            return OctKey.import_key(raw)
        key: Any = (RSAKey if algorithm == "RS256" else ECKey).import_key(raw)
    except (JoseError, ValueError, TypeError) as error:
        raise SetupIncomplete(f"The public key for {algorithm} is no PEM of that kind ({error}).") from error
    if key.is_private:
        raise SetupIncomplete(f"The file for {algorithm} holds a private key; put the public one there, and renew it.")
    if algorithm == "RS256" and key.raw_value.key_size < _SHORTEST_RSA:
        raise SetupIncomplete(f"The key for RS256 is shorter than {_SHORTEST_RSA} bits; make a longer one.")
    if algorithm == "ES256" and key.curve_name != "P-256":
        raise SetupIncomplete("The key for ES256 is on another curve than P-256.")
    return key


def vouched_for(sites: PartnerSites, charter: Charter, token: str) -> Vouched:
    """Return whom a partner's token vouches for.

    Raises ``NotSignedIn`` (``bad_identity``, ``expired_identity``) with what is wrong, ``BadInput`` (``no_identity``)
    where the partner has set no key, and ``SetupIncomplete`` where a key is missing.
    """
    rules = sites.get(charter.id).identity
    if rules is None:
        raise BadInput("This partner's site.yaml sets no `identity`, so no customer can be known.", code="no_identity")
    if len(token) > LONGEST_TOKEN:
        raise _refused(f"it is longer than {LONGEST_TOKEN} characters")
    claims = _signed(sites, charter.id, rules, token)
    try:
        must: dict[str, Any] = {name: {"essential": True} for name in ("sub", "iat", "exp")}
        must["aud"] = {"essential": True, "value": rules.audience}
        jwt.JWTClaimsRegistry(leeway=_LEEWAY_SECONDS, **must).validate(claims)
    except ExpiredTokenError:
        message = "The signed identity has expired; load the page again to get a new one."
        raise NotSignedIn(message, code="expired_identity") from None
    except (JoseError, ValueError, TypeError, OverflowError) as error:
        raise _refused(str(error)) from None
    if claims["exp"] - claims["iat"] > rules.longest_minutes * 60:
        raise _refused(f"it counts for more than {rules.longest_minutes} minutes")
    said = {name: _said(claims, name, longest) for name, longest in _LONGEST.items()}
    if not said["sub"]:
        raise _refused("`sub`, the customer's id, is empty")
    if said["tier"] and said["tier"] not in charter.tiers:
        raise _refused(f"the charter has no tier '{said['tier']}'")
    return Vouched(
        said["sub"],
        said["name"],
        _address(said["email"]),
        said["tier"],
        hashlib.sha256(token.encode("utf-8", "replace")).hexdigest(),
        datetime.fromtimestamp(int(claims["exp"]) + _LEEWAY_SECONDS, UTC),
    )


def _signed(sites: PartnerSites, partner: str, rules: Identity, token: str) -> dict[str, Any]:
    # Each key with its own algorithm alone: a public key must never be taken for a secret.
    for key in rules.keys:
        usable = check_key(sites.key(partner, key), key.algorithm)
        try:
            claims = jwt.decode(token, usable, [key.algorithm]).claims
        except (JoseError, ValueError, TypeError, RecursionError):
            continue
        if isinstance(claims, dict):
            return claims
    raise _refused("no key of this partner signed it")


def _said(claims: dict[str, Any], name: str, longest: int) -> str | None:
    value = claims.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > longest or not value.isprintable():
        raise _refused(f"`{name}` is no text of up to {longest} characters")
    return value.strip() or None


def _address(email: str | None) -> str | None:
    try:
        return validate_email(email, check_deliverability=False).normalized if email else None
    except EmailNotValidError as error:
        raise _refused(f"`email` is no e-mail address: {error}") from None


def _refused(why: str) -> NotSignedIn:
    return NotSignedIn(f"The signed identity is not accepted: {why}.", code="bad_identity")
