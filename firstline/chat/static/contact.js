/** The partner's name and other ways to reach its people, from the support charter; kept for when the server is away. */
import { safeUrl } from "./dom.js";

const HREF = {
  phone: (address) => `tel:${address.replace(/[^\d+]/g, "")}`,
  email: (address) => `mailto:${address}`,
  portal: safeUrl,
};

export class Contacts {
  #known = {};

  constructor({ api, vault, partner, changed }) {
    Object.assign(this, { api, vault, partner, changed });
  }

  /** {name, channels: [{kind, name, address, href}]}; empty until the charter has been seen once. */
  get(lang) {
    return this.#known[lang] ?? this.vault.read(`charter:${lang}`) ?? { name: "", channels: [] };
  }

  async load(lang) {
    if (this.#known[lang]) return;
    try {
      this.#known[lang] = brief(await this.api.charter(this.partner, lang));
      this.vault.write(`charter:${lang}`, this.#known[lang]);
      this.changed();
    } catch (error) {
      if (!error.kind) throw error; // The copy kept from last time serves.
    }
  }
}

function brief(charter) {
  const channels = (charter.channels ?? [])
    .filter((channel) => channel.kind !== "chat" && channel.address)
    .map(({ kind, name, address }) => ({ kind, name, address, href: HREF[kind]?.(address) ?? null }));
  return { name: charter.partner?.name ?? "", channels };
}
