/** The staff API about insights, one function a route; every failure is the staff pages' ApiError. */
import { call } from "../api.js";

/** partner: null for one's own, else a reseller */
const at = (partner) => (partner ? `staff/resellers/${encodeURIComponent(partner)}/insights` : "staff/insights");

export const calls = {
  /** scope: {partner, since, until, lang}; days such as "2026-11-01" */
  figures: (scope) => call("GET", `${at(scope.partner)}?${period(scope)}`),
  gaps: (scope) => call("GET", `${at(scope.partner)}/gaps?${period(scope)}`, undefined, { timeout: 120_000 }),
  /** rows: a figure's own query; after: `next` of the page before */
  rows: (scope, rows, after = "") => call("GET", `${at(scope.partner)}/rows?${period(scope)}&${rows}&${new URLSearchParams({ after })}`),
  file: (scope, rows) => call("GET", `${at(scope.partner)}/rows.csv?${period(scope)}&${rows}`, undefined, { as: "blob", timeout: 300_000 }),
  resellers: () => call("GET", "staff/resellers"),
};

function period({ since, until, lang }) {
  return new URLSearchParams(Object.entries({ since, until, lang }).filter(([, value]) => value));
}
