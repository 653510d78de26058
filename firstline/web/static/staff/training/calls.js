/** The staff API about training, one function a route; every failure is the staff pages' ApiError. */
import { call } from "../api.js";

const IMPORT_MS = 180_000;
const of = (id, path = "") => `staff/training/customers/${id}${path}`;

export const calls = {
  /** q: part of a key or name; everybody: customers without a reason too */
  radar: (q, everybody) => call("GET", `staff/training?${new URLSearchParams({ q, everybody: String(everybody) })}`),
  sheet: (lang) => call("GET", `staff/training/radar.csv?${new URLSearchParams({ lang })}`, undefined, { as: "blob" }),
  /** percent: auto, share, points; others: refuse, ignore */
  takeIn: (file, percent, others) => {
    const form = new FormData();
    form.append("file", file);
    return call("POST", `staff/training/import?${new URLSearchParams({ percent, others })}`, form, { timeout: IMPORT_MS });
  },
  customer: (id) => call("GET", of(id)),
  forget: (id) => call("DELETE", of(id)),
  letter: (id, course, lang) => call("GET", of(id, `/letter?${new URLSearchParams({ course, lang })}`)),
  /** training: {course, held_on: "2026-11-27", people} */
  hold: (id, training) => call("POST", of(id, "/held"), training),
  takeBack: (id, held) => call("DELETE", of(id, `/held/${held}`)),
};
