"""A small OpenID Connect provider that signs with a key of its own; tests bend what it says."""

import base64
import hashlib
import time
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

CLIENT, SECRET = "firstline", "a-client-secret"


class Provider:
    """Who logs in, and how the provider misbehaves."""

    def __init__(self) -> None:
        self.url = ""
        self.key = RSAKey.generate_key(2048, {"kid": "k1"})
        self.reset()

    def reset(self) -> None:
        self.person: dict[str, Any] = {"sub": "u-1", "email": "minji@example.com", "email_verified": True}
        self.claims: dict[str, Any] = {}
        self.says_no = False
        self.down = False
        self.sign_with: RSAKey | OctKey = self.key
        self.algorithm = "RS256"
        self.codes: dict[str, dict[str, str]] = {}

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce} | self.person
        header = {"alg": self.algorithm, "kid": "k1"}
        return jwt.encode(header, claims | self.claims, self.sign_with, [self.algorithm])


def build(provider: Provider) -> FastAPI:
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    async def configuration() -> Response:
        if provider.down:
            return Response(status_code=503)
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return JSONResponse({"issuer": provider.url} | {key: f"{provider.url}/{path}" for key, path in paths.items()})

    @app.get("/keys")
    async def keys() -> Any:
        return KeySet([provider.key]).as_dict(private=False)

    @app.get("/authorize")
    async def authorize(request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT and "openid" in asked["scope"]
        assert asked["code_challenge_method"] == "S256"
        answer = {"state": asked["state"]}
        if provider.says_no:
            answer["error"] = "access_denied"
        else:
            answer["code"] = f"code-{len(provider.codes)}"
            provider.codes[answer["code"]] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", 302)

    @app.post("/token")
    async def token(request: Request) -> Any:
        body = dict(await request.form())
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = provider.codes.pop(str(body["code"]), {})
        challenge = base64.urlsafe_b64encode(hashlib.sha256(str(body["code_verifier"]).encode()).digest())
        if (
            request.headers["authorization"] != f"Basic {basic}"
            or body["redirect_uri"] != asked.get("redirect_uri")
            or challenge.rstrip(b"=").decode() != asked["code_challenge"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        return {"access_token": "a", "token_type": "Bearer", "id_token": provider.id_token(asked["nonce"])}

    return app
