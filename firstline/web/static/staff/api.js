/** The staff API over the session cookie; every failure is an ApiError whose `kind` names the sentence staff reads. */
const TIMEOUT_MS = 30000;

export class ApiError extends Error {
  /** kind: "network", "signed_out" (401), "forbidden", "conflict" (409), "busy" (429), "rejected", "server" (5xx). */
  constructor(kind, status = 0, code = "", details = null) {
    super(`${kind} ${status} ${code}`);
    Object.assign(this, { kind, status, code, details });
  }
}

export const api = {
  loginWays: () => call("GET", "staff/login"),
  login: (partner, email, password) => call("POST", "staff/login", { partner, email, password }),
  logout: () => call("POST", "staff/logout"),
  me: () => call("GET", "staff/me"),
  cases: (query) => call("GET", `desk/cases?${query}`),
  views: () => call("GET", "desk/views"),
  filters: () => call("GET", "desk/filters"),
  saveView: (body) => call("POST", "desk/views", body),
  changeView: (id, body) => call("PUT", `desk/views/${id}`, body),
  deleteView: (id) => call("DELETE", `desk/views/${id}`),
  chooseView: (view) => call("PUT", "desk/views/default", { view }),
  /** what: articles, past, canned; of one case */
  beside: (number, what, query = "") => call("GET", `desk/cases/${encodeURIComponent(number)}/${what}${query}`),
  canned: () => call("GET", "desk/canned"),
  saveCanned: (id, body) => (id ? call("PUT", `desk/canned/${id}`, body) : call("POST", "desk/canned", body)),
  deleteCanned: (id) => call("DELETE", `desk/canned/${id}`),
  starterCanned: () => call("POST", "desk/canned/starter"),
  case: (number) => call("GET", `desk/cases/${encodeURIComponent(number)}`),
  /** A case's way up; path: "", "/credit", "/hand-on", "/answer" */
  escalation: (number, path = "", method = "GET", body = undefined) => call(method, `desk/cases/${encodeURIComponent(number)}/escalation${path}`, body),
  escalationWords: () => call("GET", "desk/escalation/words"),
  packet: (number, kind, language) => call("GET",
    `desk/cases/${encodeURIComponent(number)}/escalation/packet?${new URLSearchParams({ kind, language })}`, undefined, { as: "blob" }),
  fileRules: () => call("GET", "desk/files"),
  /** what: claim, reply, note, transfer, decline, take-over, assign, release, return, resolve, typing */
  act: (number, what, body = {}) => call("POST", `desk/cases/${encodeURIComponent(number)}/${what}`, body),
  team: () => call("GET", "desk/team"),
  presence: (mode) => call("PUT", "desk/presence", { mode }),
  capacity: (id, cases) => call("PUT", `desk/team/${id}/capacity`, { cases }),
  mentions: () => call("GET", "desk/mentions"),
  readMentions: (number) => call("POST", "desk/mentions/read", { number }),
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
  throw new ApiError(kindOf(answer.status), answer.status, data.error?.code, data.error?.details);
}

function kindOf(status) {
  const kinds = { 401: "signed_out", 403: "forbidden", 409: "conflict", 429: "busy" };
  return kinds[status] ?? (status >= 500 ? "server" : "rejected");
}
