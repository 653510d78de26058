/** The log-in form: partner, e-mail, password, or a provider's account; says plainly what went wrong and keeps what was typed. */
import { api } from "./api.js";
import { showInvitation } from "./invitation.js";
import { local, session } from "./prefs.js";
import { Looks } from "./topbar.js";
import { h } from "./view.js";
import { Words } from "./words.js";

const words = await new Words().load();
const query = new URLSearchParams(location.search);
const looks = new Looks(words);
const invited = session.get("invited"); // Who has just set a password: {partner, email}.
const title = h("h1");
const intro = h("p", { class: "quiet" });
const problem = h("p", { class: "failed", role: "alert", id: "login-problem" });
const fields = [
  field("partner", { autocomplete: "organization", value: invited?.partner ?? query.get("partner") ?? local.get("partner", "") }),
  field("email", { type: "email", autocomplete: "username", value: invited?.email }),
  field("password", { type: "password", autocomplete: "current-password" }),
];
const go = h("button", { type: "submit", class: "button primary" });
const or = h("p", { class: "or quiet", hidden: true });
const elsewhere = h("button", { type: "button", class: "button", "data-do": "oidc", hidden: true, onclick: logInElsewhere });
const form = h("form", { novalidate: true, onsubmit: submit }, title, intro, ...fields.flatMap(({ label, input }) => [label, input]), problem, go, or, elsewhere);
const told = `login_${query.get("problem")}`;
let wrong = told.startsWith("login_oidc_") && words.has(told) ? told : null; // key of the problem's sentence
let provider = null; // {name} of the provider that log-ins may come from
let running = false;

function field(name, props) {
  const label = h("label", { for: name });
  return { name, label, input: h("input", { id: name, name, required: true, "aria-describedby": "login-problem", ...props }) };
}

function render() {
  document.title = words.t("login_page_title");
  looks.render();
  title.textContent = words.t("login_title");
  intro.textContent = words.t(invited ? "login_invited" : "login_intro");
  for (const { name, label } of fields) label.textContent = words.t(`login_${name}`);
  problem.textContent = wrong ? words.t(wrong) : "";
  go.textContent = words.t(running ? "login_running" : "login_go");
  go.setAttribute("aria-disabled", String(running));
  or.hidden = elsewhere.hidden = !provider;
  or.textContent = words.t("login_or");
  elsewhere.textContent = provider?.name ? words.t("login_oidc", provider) : words.t("login_oidc_any");
}

/** The provider sends the browser back: with a session, or with what went wrong. */
function logInElsewhere() {
  const partner = fields[0].input.value.trim();
  local.set("partner", partner);
  location.assign(`/api/staff/oidc/start?${new URLSearchParams({ partner, after: query.get("next") ?? "" })}`);
}

async function submit(event) {
  event.preventDefault();
  if (running) return;
  const [partner, email, password] = fields.map(({ input }) => (input.type === "password" ? input.value : input.value.trim()));
  const empty = fields.find(({ input }) => !input.value.trim());
  if (empty) {
    say("login_missing", empty.input);
    return;
  }
  running = true;
  wrong = null;
  render();
  try {
    const { staff } = await api.login(partner, email, password);
    local.set("partner", partner);
    session.set("invited", null);
    location.replace(next(staff.may));
  } catch (error) {
    running = false;
    say(error.kind === "signed_out" ? "login_wrong" : error.kind === "busy" ? "login_busy" : `error_${error.kind}`, fields[2].input);
  }
}

function say(key, input) {
  wrong = key;
  render();
  input.focus();
  input.select();
}

/** Only the staff's own pages: an address from outside is never followed. */
function next(may) {
  const wanted = query.get("next") ?? "";
  return /^\/(desk|authors|staff)(#[\w%/-]*)?$/.test(wanted) ? wanted : may.includes("case.read") ? "/desk" : may.includes("article.write") ? "/authors" : "/staff";
}

const invitation = /^#invitation=([\w-]+)$/.exec(location.hash)?.[1];
if (invitation) showInvitation(words, invitation);
else showLogin();

function showLogin() {
  words.onChange(render);
  document.body.append(h("div", { class: "login" }, looks.node, h("main", { class: "card" },
    h("img", { src: new URL("mark.svg", import.meta.url).href, alt: "", width: "36", height: "36" }), form)));
  render();
  (fields.find(({ input }) => !input.value) ?? fields[0]).input.focus();
  api.loginWays().then(({ oidc }) => {
    provider = oidc;
    render();
  }, () => {}); // The password is always there.
}
