/** The fields of dossier and credit file in the groups in which the sheet shows them: [name, kind, codes]. */
const FAMILIES = ["m365", "azure", "dynamics", "marketplace"];
const CLASSES = ["", "undocumented", "unavailable", "bug", "network", "regional"];

export const LAYOUT = {
  dossier: [
    ["what", [["title", "line"], ["product", "line"], ["family", "choice", FAMILIES], ["target", "choice", ["microsoft", "isv"]],
      ["issue_class", "choice", CLASSES], ["severity", "choice", ["", "A", "B", "C"]], ["support_topic", "line"], ["publisher", "line"],
      ["severity_reason", "words"]]],
    ["words", [["summary", "words", "ko"], ["english_summary", "words", "en"], ["steps", "words"], ["error_text", "words"]]],
    ["scope", [["tenant_id", "line"], ["tenant_domain", "line"], ["users_affected", "line"], ["locations", "line"],
      ["first_seen", "time"], ["ongoing", "yesno"]]],
    ["checks", [["health_checked_at", "time"], ["relation_until", "day"], ["health_seen", "words"], ["admin_checks", "words"],
      ["tried", "words"], ["tried_result", "words"]]],
    ["contact", [["contact_name", "line"], ["contact_phone", "line"], ["contact_email", "line"], ["contact_hours", "line"],
      ["contact_round_the_clock", "line"], ["consent", "check"]]],
    ["files", [["files", "files"]]],
  ],
  credit: [
    ["incident", [["service", "line"], ["incident_id", "line"], ["kind", "choice", ["incident", "advisory"]], ["through_csp", "yesno"],
      ["azure", "check"]]],
    ["effect", [["started_at", "time"], ["ended_at", "time"], ["users_affected", "line"], ["locations", "line"], ["tried", "words"]]],
    ["customer", [["tenant_id", "line"], ["tenant_domain", "line"], ["ticket", "line"], ["contact", "line"]]],
    ["support_mail", [["support_mail.sender", "line"], ["support_mail.sent_at", "time"], ["support_mail.text", "words"]]],
    ["credit_mail", [["credit_mail.sender", "line"], ["credit_mail.sent_at", "time"], ["credit_mail.text", "words"]]],
    ["files", [["files", "files"]]],
  ],
};

/** Where what is missing is filled in, the first field first. */
export const WHERE = {
  dossier: {
    isv_route: ["target"], no_publisher: ["publisher"], no_route: ["family"], no_title: ["title"], no_product: ["product"],
    no_health_check: ["health_checked_at", "first_seen"], nothing_tried: ["tried"], no_severity_reason: ["severity", "severity_reason"],
    no_class: ["issue_class"], customer_contact: ["contact_email"], no_tenant: ["tenant_id"],
    no_round_the_clock_contact: ["contact_round_the_clock"], relation_ended: ["relation_until"], no_english: ["english_summary"],
    no_consent: ["consent"], secret: ["summary"],
  },
  credit: {
    advisory: ["kind"], no_incident_id: ["incident_id"], no_tenant: ["tenant_id"], no_domain: ["tenant_domain"],
    not_through_csp: ["through_csp"], no_duration: ["started_at", "ended_at"], no_users: ["users_affected", "locations"],
    nothing_tried: ["tried"], no_support_mail: ["support_mail.sender", "support_mail.sent_at", "support_mail.text"],
    no_credit_mail: ["credit_mail.sender", "credit_mail.sent_at", "credit_mail.text"], no_ticket: ["ticket"], no_contact: ["contact"],
    too_late: ["started_at"],
  },
};

/** Of a field that is empty in its neighbours' absence, the first one that is empty is where to go. */
export function fieldOf(kind, reason, isEmpty) {
  const names = WHERE[kind][reason] ?? [];
  return names.find(isEmpty) ?? names[0] ?? null;
}
