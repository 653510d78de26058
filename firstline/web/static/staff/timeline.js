/** The case's history, folded: each change with its time, who made it and why. */
import { h, moment, when } from "./view.js";

export class Timeline {
  constructor(store, words, times) {
    Object.assign(this, { store, words, times });
    this.summary = h("summary");
    this.list = h("ol", { class: "events fold-body" });
    this.node = h("details", { class: "fold" }, this.summary, this.list);
  }

  render() {
    const { store: { case: found }, words, times } = this;
    if (!found) return;
    const { events } = found;
    when(this.summary, [words.lang, events.length], () => this.summary.replaceChildren(
      h("strong", {}, words.t("events_title")), h("span", { class: "fold-gist" }, words.t("events_gist", { count: events.length }))));
    when(this.list, [words.lang, found.number, events], () => this.list.replaceChildren(...events.map((event) =>
      h("li", {}, moment(times, event.at), h("span", {}, words.code("event", event.kind), this.#detail(event)),
        h("span", { class: "quiet" }, words.code("actor", event.actor))))));
  }

  #agents({ from_agent: from, to_agent: to } = {}) {
    return from && to ? `${from} → ${to}` : to ? `→ ${to}` : from;
  }

  #severity(id) { return this.store.severityName(id, this.words.lang); }

  #detail({ kind, data }) {
    const { words } = this;
    const said = [
      data?.cause && words.code("cause", data.cause),
      this.#agents(data),
      data?.why,
      data?.question && words.code("question", data.question),
      kind === "evidence" && Object.values(data).join(" · "),
      data?.reason && words.code("reason", data.reason),
      data?.outcome && words.code("outcome", data.outcome),
      data?.from && data?.to && `${this.#severity(data.from)} → ${this.#severity(data.to)}`,
      data?.score && `${data.score}/5`,
      data?.name,
      data?.late === true && words.t("event_was_late"),
    ].filter(Boolean);
    return said.length ? ` · ${said.join(" · ")}` : "";
  }
}
