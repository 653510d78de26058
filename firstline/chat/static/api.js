/** The chat's HTTP interface; every failure is an ApiError whose `kind` names the sentence the customer reads. */
const TIMEOUT_MS = 45000;

export class ApiError extends Error {
  /**
   * kind: "network" (no answer), "away" (503: comes back by itself), "refused" (token), "busy" (429), "rejected"
   * (other 4xx), "server" (other 5xx); after: seconds after which it is worth trying again, as far as that was said.
   */
  constructor(kind, status = 0, code = "", after = 0) {
    super(`${kind} ${status} ${code}`);
    Object.assign(this, { kind, status, code, after });
  }
}

export class Api {
  token = null;
  partner = "";
  base = new URL("../api/", location.href);

  create(partner, locale, identity) { return this.call("POST", "chat/conversations", { partner, locale, identity }, false); }
  resume() { return this.call("GET", "chat/conversation"); }
  renew() { return this.call("POST", "chat/token"); }
  setLanguage(locale) { return this.call("PATCH", "chat/conversation", { locale }); }
  send(text, clientId) { return this.call("POST", "chat/messages", { text, client_message_id: clientId }); }
  after(id) { return this.call("GET", `chat/messages?after=${id}`); }
  rate(messageId, helpful) { return this.call("POST", "chat/feedback", { message_id: messageId, helpful }); }
  charter(partner, lang) {
    return this.call("GET", `charter?${new URLSearchParams({ partner, lang })}`, undefined, false);
  }

  incidents(partner) { return this.call("GET", `incidents?${new URLSearchParams({ partner })}`, undefined, false); }

  get socketUrl() {
    const url = new URL("chat/ws", this.base);
    url.protocol = url.protocol.replace("http", "ws");
    return url.href;
  }

  get sender() {
    return this.token ? { Authorization: `Bearer ${this.token}`, "X-Firstline-Partner": this.partner } : {};
  }

  /** One request below /api; throws ApiError. */
  async call(method, path, body, withToken = true) {
    const headers = { "X-Request-Id": newId() };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (withToken) Object.assign(headers, this.sender);
    let answer;
    let data;
    try {
      answer = await fetch(new URL(path, this.base), {
        method, headers, body: body && JSON.stringify(body), credentials: "omit", cache: "no-store",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await answer.text();
      data = text && answer.headers.get("Content-Type")?.includes("json") ? JSON.parse(text) : {};
    } catch (error) {
      throw new ApiError(error instanceof SyntaxError ? "server" : "network");
    }
    if (answer.ok) return data;
    const kind = kindOf(answer.status, withToken && !/identity/.test(data.error?.code));
    throw new ApiError(kind, answer.status, data.error?.code, Number(answer.headers.get("Retry-After")) || 0);
  }
}

function kindOf(status, withToken) {
  if (withToken && status === 401) return "refused";
  if (status === 429) return "busy";
  if (status === 503) return "away";
  if (status >= 500) return "server";
  return "rejected";
}

/** A random version 4 UUID, also on pages served without TLS, where crypto.randomUUID is missing. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
