"""Talks to an OpenID Connect provider: authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 7636)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from firstline.core.connections import trusted
from firstline.core.errors import NotSignedIn, SetupIncomplete, Unavailable
from firstline.core.logs import get_logger
from firstline.core.settings import Settings
from firstline.core.times import utcnow

CALLBACK = "/api/staff/oidc/callback"

_THIS_MACHINE = (("http", "127.0.0.1"), ("http", "localhost"))
_ALGORITHMS = ("RS256", "PS256", "ES256")
_LEEWAY_SECONDS = 60
_TIMEOUT_SECONDS = 10.0
_log = get_logger("oidc")


@dataclass(frozen=True)
class Identity:
    """Who somebody is for the provider. ``subject`` names them for good; ``email`` is empty unless it was verified."""

    subject: str
    email: str


class OidcClient:
    """The provider that the settings name."""

    def __init__(self, settings: Settings) -> None:
        """Raise ``SetupIncomplete`` when a setting is missing, or the issuer is neither https nor this machine."""
        issuer = urlsplit(settings.oidc_issuer)
        if issuer.scheme != "https" and (issuer.scheme, issuer.hostname) not in _THIS_MACHINE:
            raise SetupIncomplete(f"FIRSTLINE_OIDC_ISSUER is '{settings.oidc_issuer}'; it has to be an https address.")
        if not (settings.oidc_client_id and settings.oidc_client_secret.get_secret_value()):
            raise SetupIncomplete(
                "FIRSTLINE_OIDC_ISSUER is set; set FIRSTLINE_OIDC_CLIENT_ID and FIRSTLINE_OIDC_CLIENT_SECRET too."
            )
        self.issuer = settings.oidc_issuer
        self._id = settings.oidc_client_id
        self._secret = settings.oidc_client_secret.get_secret_value()
        self._redirect = f"{settings.base_url}{CALLBACK}"

    async def authorization_url(self, state: str, nonce: str, verifier: str) -> str:
        """Return where to send the browser; raises ``Unavailable`` when the provider can't be asked."""
        async with _http() as http:
            provider = await self._discover(http)
        query = {
            "response_type": "code",
            "client_id": self._id,
            "redirect_uri": self._redirect,
            "scope": "openid email profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        address = str(provider["authorization_endpoint"])
        return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"

    async def identity(self, code: str, verifier: str, nonce: str) -> Identity:
        """Return who the code was given to.

        Raises ``NotSignedIn`` (``oidc_token``) for a code or token that doesn't hold, ``Unavailable`` when the provider
        can't be asked.
        """
        async with _http() as http:
            provider = await self._discover(http)
            answer = await self._exchange(http, provider, code, verifier)
            keys: Any = await _get(http, str(provider["jwks_uri"]))
        try:
            token = jwt.decode(str(answer["id_token"]), KeySet.import_key_set(keys), list(_ALGORITHMS))
            must = {"iss": {"essential": True, "value": self.issuer}, "aud": {"essential": True, "value": self._id}}
            params = {"nonce": nonce, "client_id": self._id, "access_token": answer.get("access_token")}
            claims = CodeIDToken(token.claims, token.header, must, params)
            claims.validate(now=int(utcnow().timestamp()), leeway=_LEEWAY_SECONDS)
        except (JoseError, KeyError, TypeError, ValueError) as error:
            _log.warning("oidc_token_refused", error=type(error).__name__, reason=str(error))
            raise NotSignedIn("The provider's answer does not hold; try again.", code="oidc_token") from error
        return Identity(str(claims["sub"]), str(claims.get("email") or "") if _verified(claims) else "")

    async def _discover(self, http: httpx.AsyncClient) -> Mapping[str, Any]:
        provider = await _get(http, f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        missing = {"authorization_endpoint", "token_endpoint", "jwks_uri"} - provider.keys()
        if missing or provider.get("issuer") != self.issuer:
            what = f"lacks {', '.join(sorted(missing))}" if missing else f"names the issuer {provider.get('issuer')!r}"
            _log.error("oidc_configuration_wrong", issuer=self.issuer, what=what)
            raise Unavailable(f"The configuration of {self.issuer} {what}.", code="oidc_unavailable")
        return provider

    async def _exchange(
        self, http: httpx.AsyncClient, provider: Mapping[str, Any], code: str, verifier: str
    ) -> Mapping[str, Any]:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self._redirect}
        form["code_verifier"] = verifier
        auth: httpx.Auth = httpx.Auth()
        if "client_secret_basic" in provider.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
            auth = httpx.BasicAuth(self._id, self._secret)
        else:
            form |= {"client_id": self._id, "client_secret": self._secret}
        try:
            answer = await http.post(str(provider["token_endpoint"]), data=form, auth=auth)
            body = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise _unreachable(error) from error
        if answer.status_code != 200 or not isinstance(body, dict):
            _log.warning("oidc_code_refused", status=answer.status_code)
            raise NotSignedIn("The provider does not take its own code; try again.", code="oidc_token")
        return body


def _http() -> httpx.AsyncClient:
    return httpx.AsyncClient(verify=trusted(), timeout=_TIMEOUT_SECONDS)


async def _get(http: httpx.AsyncClient, url: str) -> dict[str, Any]:
    try:
        answer = await http.get(url)
        answer.raise_for_status()
        body = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise _unreachable(error) from error
    if not isinstance(body, dict):
        raise _unreachable(TypeError(url))
    return body


def _unreachable(error: Exception) -> Unavailable:
    _log.error("oidc_unavailable", error=type(error).__name__, reason=str(error))
    return Unavailable("The provider does not answer; try again, or use the password.", code="oidc_unavailable")


def _verified(claims: Mapping[str, Any]) -> bool:
    """Say whether the provider stands for the address: in ``email_verified``, or as Entra ID does in ``xms_edov``."""
    return any(claims.get(name) in (True, "true", "True", "1") for name in ("email_verified", "xms_edov"))
