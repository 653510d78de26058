/** An entry's data in words: "역할: 상담원, 팀장 · 이전: demo". A name or a value without words is shown as it is. */
const GROUPS = { roles: "role", how: "how", reason: "login_failed", fields: "account", status: "article", lang: "language_name", severity: "severity", from: "", outcome: "outcome" };

export function dataText(words, data) {
  return Object.entries(data).map(([name, value]) => `${words.code("audit_data", name)}: ${[value].flat().map((one) => valueText(words, name, one)).join(", ")}`).join(" · ");
}

function valueText(words, name, value) {
  if (typeof value === "boolean") return words.t(value ? "audit_yes" : "audit_no");
  return GROUPS[name] ? words.code(GROUPS[name], value) : String(value);
}
