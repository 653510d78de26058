/** The staff API over the session cookie; every failure is an ApiError whose `kind` names the sentence staff reads. */
const TIMEOUT_MS = 30000;

export class ApiError extends Error {
  /** kind: "network", "signed_out" (401), "forbidden", "conflict" (409), "busy" (429), "rejected", "server" (5xx). */
  constructor(kind, status = 0, code = "", message = "") {
    super(message || `${kind} ${status}`);
    Object.assign(this, { kind, status, code, said: message });
  }
}

export const api = {
  login: (partner, email, password) => call("POST", "staff/login", { partner, email, password }),
  logout: () => call("POST", "staff/logout"),
  me: () => call("GET", "staff/me"),
  cases: (status) => call("GET", `desk/cases?status=${status}`),
  case: (number) => call("GET", `desk/cases/${encodeURIComponent(number)}`),
  /** what: claim, reply, note, release, return, resolve, typing */
  act: (number, what, body = {}) => call("POST", `desk/cases/${encodeURIComponent(number)}/${what}`, body),
  socketUrl: () => {
    const url = new URL("/api/desk/ws", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    return url.href;
  },
};

/**
 * One request below /api; `body` is sent as JSON, or as it is when it is FormData.
 * @param options {timeout} in ms, {as: "json" | "blob"}; throws ApiError
 */
export async function call(method, path, body, { timeout = TIMEOUT_MS, as = "json" } = {}) {
  const headers = { Accept: as === "json" ? "application/json" : "*/*" };
  if (method !== "GET") headers["X-Firstline-Request"] = "1";
  const form = body instanceof FormData;
  if (body !== undefined && !form) headers["Content-Type"] = "application/json";
  let answer;
  let data = {};
  try {
    answer = await fetch(`/api/${path}`, {
      method, headers, body: body === undefined || form ? body : JSON.stringify(body),
      credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(timeout),
    });
    if (answer.ok && as === "blob") return await answer.blob();
    const text = await answer.text();
    if (text) data = JSON.parse(text);
  } catch (error) {
    throw new ApiError(error instanceof SyntaxError ? "server" : "network");
  }
  if (answer.ok) return data;
  throw new ApiError(kindOf(answer.status), answer.status, data.error?.code, data.error?.message);
}

function kindOf(status) {
  const kinds = { 401: "signed_out", 403: "forbidden", 409: "conflict", 429: "busy" };
  return kinds[status] ?? (status >= 500 ? "server" : "rejected");
}
