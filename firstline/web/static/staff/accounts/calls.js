/** The staff API about accounts, one function a route; every failure is the staff pages' ApiError. */
import { call } from "../api.js";

const belowOf = (partner, number, path = "") => `staff/escalations/${encodeURIComponent(partner)}/${encodeURIComponent(number)}${path}`;
const sessionsOf = (person) => (person ? `staff/people/${person}/sessions` : "staff/sessions");

export const calls = {
  setPassword: (before, after) => call("POST", "staff/password", { old: before, new: after }),
  people: () => call("GET", "staff/people"),
  add: (person) => call("POST", "staff/people", person),
  /** change: {name, roles, disabled}, each optional */
  change: (id, change) => call("PATCH", `staff/people/${id}`, change),
  invite: (id) => call("POST", `staff/people/${id}/invitation`),
  /** person: null for one's own */
  sessions: (person) => call("GET", sessionsOf(person)),
  endSession: (person, id) => call("DELETE", `${sessionsOf(person)}/${encodeURIComponent(id)}`),
  endSessions: (person) => call("DELETE", sessionsOf(person)),
  audit: (filters) => call("GET", `staff/audit?${filters}`),
  auditFile: (filters) => call("GET", `staff/audit.csv?${filters}`, undefined, { as: "blob" }),
  charter: () => call("GET", "staff/charter"),
  /** at: "2026-11-27T17:30" in the charter's zone, or null for now */
  checkCharter: (text, at) => call("POST", "staff/charter/check", { text, at }),
  charterVersion: (version) => call("GET", `staff/charter/versions/${encodeURIComponent(version)}`),
  /** revision: that of the text one began with */
  publishCharter: (text, revision) => call("POST", "staff/charter", { text, revision }),
  resellers: () => call("GET", "staff/resellers"),
  sharedArticles: () => call("GET", "staff/resellers/articles"),
  /** state: "dead" or "failing" */
  notices: (state) => call("GET", `staff/outbox?state=${state}`),
  /** id: null for every undeliverable one */
  retryNotices: (id) => call("POST", "staff/outbox/retry", { id }),
  giveUpNotice: (id, reason) => call("POST", "staff/outbox/give-up", { id, reason }),
  fromBelow: () => call("GET", "staff/escalations"),
  below: (partner, number) => call("GET", belowOf(partner, number)),
  belowAccept: (partner, number) => call("POST", belowOf(partner, number, "/accept")),
  belowAsk: (partner, number, text) => call("POST", belowOf(partner, number, "/ask"), { text }),
  belowAnswer: (partner, number, text, reference) => call("POST", belowOf(partner, number, "/answer"), { text, reference }),
  /** to: "microsoft" or "isv" */
  belowPassOn: (partner, number, to, language) => call("POST", belowOf(partner, number, "/pass-on"), { to, language }),
  /** partner: null goes home */
  actAt: (partner) => call("PUT", "staff/partner", { partner }),
};
