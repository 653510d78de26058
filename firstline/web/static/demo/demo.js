/** The demo page's behaviour: questions open the chat, the support terms come from the charter. */
const lang = document.documentElement.lang;

document.addEventListener("click", (event) => {
  const asked = event.target.closest("[data-ask]");
  if (!asked) return;
  const open = () => window.Firstline.open({ text: asked.dataset.ask });
  if (window.Firstline) open();
  else addEventListener("firstline:ready", open, { once: true });
});

const terms = document.querySelector("[data-charter]");
try {
  const query = new URLSearchParams({ partner: document.body.dataset.partner, lang });
  const answer = await fetch(`/api/charter?${query}`);
  if (!answer.ok) throw new Error(`charter: ${answer.status}`);
  const charter = await answer.json();
  row(terms.dataset.now, charter.now_text);
  row(terms.dataset.hours, charter.hours_text);
  for (const { kind, name, address } of charter.channels ?? []) if (kind !== "chat" && address) row(name, address);
} catch {
  const sentence = document.createElement("p");
  sentence.textContent = terms.dataset.unavailable;
  terms.replaceWith(sentence);
}

function row(name, value) {
  if (!value) return;
  const group = document.createElement("div");
  group.append(document.createElement("dt"), document.createElement("dd"));
  group.firstChild.textContent = name;
  group.lastChild.textContent = value;
  terms.append(group);
}
