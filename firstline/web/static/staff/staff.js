/** The staff's own page: one's account, and as far as one may insights, people, audit log, notices and resellers. */
import { AuditView } from "./accounts/audit.js";
import { CharterView } from "./accounts/charter.js";
import { NoticesView } from "./accounts/notices.js";
import { OwnView } from "./accounts/own.js";
import { PeopleView } from "./accounts/people.js";
import { problemText } from "./accounts/problems.js";
import { ResellersView } from "./accounts/resellers.js";
import { Console } from "./console.js";
import { InsightsView } from "./insights/insights.js";
import { TrainingCustomerView } from "./training/customer.js";
import { TrainingView } from "./training/radar.js";
import { Words } from "./words.js";

const VIEWS = { own: OwnView, insights: InsightsView, people: PeopleView, audit: AuditView, charter: CharterView, training: TrainingView, notices: NoticesView, resellers: ResellersView };
const parts = [
  { name: "own", href: "#/" },
  { name: "insights", href: "#/insights", open: ({ may }) => may.includes("insights.read") || may.includes("reseller.read") },
  { name: "people", href: "#/people", open: ({ may }) => may.includes("staff.keep") },
  { name: "audit", href: "#/audit", open: ({ may }) => may.includes("audit.read") },
  { name: "training", href: "#/training", open: ({ may }) => may.includes("training.keep") },
  { name: "charter", href: "#/charter", open: ({ may }) => may.includes("charter.keep") },
  { name: "notices", href: "#/notices", open: ({ may }) => may.includes("notice.keep") },
  { name: "resellers", href: "#/resellers", open: ({ may, home }) => may.includes("reseller.read") || Boolean(home) },
];
const app = new Console(await new Words().load(), { page: "staff", parts, viewOf, problemText });

function viewOf(hash) {
  const [name, id] = hash.replace(/^#\/?/, "").split("?")[0].split("/");
  if (name === "training" && /^\d+$/.test(id ?? "")) return [name, () => new TrainingCustomerView(app, Number(id))];
  const section = Object.hasOwn(VIEWS, name) ? name : "own";
  return [section, () => new VIEWS[section](app)];
}

await app.begin();
