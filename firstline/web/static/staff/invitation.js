/** The form behind an invitation link: sets the account's password once, then leads to the log-in. */
import { call } from "./api.js";
import { session } from "./prefs.js";
import { Looks } from "./topbar.js";
import { h } from "./view.js";

/** @param token what stands behind #invitation= in the address; browsers send it to nobody */
export function showInvitation(words, token) {
  const looks = new Looks(words);
  const title = h("h1");
  const intro = h("p", { class: "quiet" });
  const label = h("label", { for: "new-password" });
  const input = h("input", { id: "new-password", type: "password", autocomplete: "new-password", required: true, "aria-describedby": "login-problem" });
  const problem = h("p", { class: "failed", role: "alert", id: "login-problem" });
  const go = h("button", { type: "submit", class: "button primary" });
  const form = h("form", { novalidate: true, onsubmit: submit }, title, intro, label, input, problem, go);
  let wrong = null;
  let running = false;

  function render() {
    document.title = words.t("login_page_title");
    looks.render();
    title.textContent = words.t("login_invite_title");
    intro.textContent = words.t("login_invite_intro");
    label.textContent = words.t("login_new_password");
    problem.textContent = wrong ? words.t(wrong) : "";
    go.textContent = words.t("login_invite_go");
  }

  async function submit(event) {
    event.preventDefault();
    if (running) return;
    running = true;
    go.setAttribute("aria-disabled", "true");
    try {
      session.set("invited", await call("POST", "staff/invitation", { token, password: input.value }));
      location.replace("/login");
    } catch (error) {
      if (!error.kind) throw error;
      running = false;
      go.removeAttribute("aria-disabled");
      wrong = error.status === 404 ? "login_invite_gone" : error.kind === "rejected" ? "login_invite_bad" : `error_${error.kind}`;
      render();
      input.focus();
    }
  }

  words.onChange(render);
  document.body.append(h("div", { class: "login" }, looks.node, h("main", { class: "card" },
    h("img", { src: new URL("mark.svg", import.meta.url).href, alt: "", width: "36", height: "36" }), form)));
  render();
  input.focus();
}
