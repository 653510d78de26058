/** What agents do together: hand cases on, say whether they are there, read their mentions. */
import { api } from "./api.js";
import { coalesce } from "./view.js";
import { Work } from "./work.js";

export class TeamWork extends Work {
  loadTeam = coalesce(() => this.#load("team"));
  loadMentions = coalesce(() => this.#load("mentions"));

  loadAll() { return Promise.all([super.loadAll(), this.loadTeam(), this.loadMentions()]); }

  transfer(number, to, why, name) {
    return this.act(number, "transfer", { to, why }, () => this.store.say("did_transfer", { number, name }));
  }

  decline(number, why) { return this.act(number, "decline", { why }, () => this.store.say("did_decline", { number })); }

  takeOver(number, from, why) {
    return this.act(number, "take-over", { from_agent: from, why }, () => this.store.say("did_claim", { number }), (error) => this.lost(number, error));
  }

  assign(number, to, from, why, name) {
    return this.act(number, "assign", { to, from_agent: from, why }, () => this.store.say("did_assign", { number, name }),
      (error) => this.lost(number, error));
  }

  /** Says whether the choice is stored. */
  presence(mode) {
    return this.#tell(async () => {
      const { returned } = await api.presence(mode);
      if (returned.length) this.store.say("did_leave", { numbers: returned.join(", ") });
      await Promise.all([this.loadTeam(), returned.length ? this.loadAll() : null]);
    });
  }

  capacity(id, cases) {
    return this.#tell(async () => {
      await api.capacity(id, cases);
      await this.loadTeam();
    });
  }

  readMentions(number) {
    return this.#tell(async () => {
      await api.readMentions(number);
      await this.loadMentions();
    });
  }

  async #tell(work) {
    try {
      await work();
      return true;
    } catch (error) {
      this.complain(error);
      return false;
    }
  }

  // Team and mentions stand beside the work: a failure leaves what was known.
  async #load(what) {
    try {
      this.store[what] = await api[what]();
    } catch (error) {
      if (error.kind === "signed_out") this.signedOut();
    }
    this.store.changed();
  }
}
