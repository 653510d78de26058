/** Which rows a view takes and in what order, so that a changed row finds its place without asking for the list again. */

export const TABS = ["open", "mine", "closing", "closed"];
export const PAGE = 50;
const LISTS = ["status", "severity", "category", "product", "language", "agent", "reason", "due"];

/** A filter with every field; what is not said takes everything. */
export function filterOf(fields = {}) {
  const empty = Object.fromEntries(LISTS.map((name) => [name, []]));
  return { ...empty, text: "", sort: "due", ...fields };
}

/** How many things a filter asks for beside its status and order. */
export function asked(filter) {
  return LISTS.filter((name) => name !== "status" && filter[name].length).length + (filter.sort !== "due") + Boolean(filter.text.trim());
}

/** The query of one page of a filter. */
export function queryOf(filter, { after = "", limit = PAGE } = {}) {
  const query = new URLSearchParams();
  for (const name of LISTS) for (const value of filter[name]) query.append(name, value);
  if (filter.text.trim()) query.set("text", filter.text.trim());
  if (filter.sort !== "due") query.set("sort", filter.sort);
  if (after) query.set("after", after);
  query.set("limit", limit);
  return query;
}

/** Whether the filter takes the row; null where the row alone can't tell. */
export function takes(filter, row, now) {
  const open = row.status !== "closed";
  const is = { open, mine: open && row.mine, [row.status]: true };
  const holder = { me: row.mine, none: !row.agent_name, [row.agent_id]: true };
  const due = { overdue: open && (row.overdue || (row.due && Date.parse(row.due) <= now)), warning: open && row.warning };
  const fits = (values, known) => !values.length || values.some((value) => known[value]);
  const same = ["severity", "category", "product", "language", "reason"].every((name) => fits(filter[name], { [row[name]]: true }));
  if (!fits(filter.status, is) || !fits(filter.agent, holder) || !fits(filter.due, due) || !same) return false;
  return filter.text.trim() ? null : true;
}

/** Puts a changed row into a list {rows, next}, or takes it out. Says false where the list has to be asked for again. */
export function place(list, filter, row, now) {
  const had = list.rows.some((known) => known.number === row.number);
  const fits = takes(filter, row, now);
  if (fits === null) {
    if (!had) return false;
    list.rows = list.rows.map((known) => (known.number === row.number ? row : known));
    return true;
  }
  const rows = list.rows.filter((known) => known.number !== row.number);
  if (fits) {
    const order = orderOf(filter);
    const at = rows.findIndex((known) => order(row, known) < 0);
    // Behind the last row that is loaded stands what comes with the next page.
    if (at >= 0) rows.splice(at, 0, row);
    else if (!list.next) rows.push(row);
  }
  list.rows = rows;
  return true;
}

function orderOf(filter) {
  const number = (row) => Number(row.number.split("-").at(-1));
  const keys = {
    newest: (row) => [-number(row)],
    oldest: (row) => [number(row)],
    updated: (row) => [-Date.parse(row.last_message_at), -number(row)],
    closed: (row) => [-Date.parse(row.last_message_at), -number(row)],
    due: (row) => [-(row.escalation ?? 0), row.due ? Date.parse(row.due) : Infinity, number(row)],
  };
  const onlyClosed = filter.status.length === 1 && filter.status[0] === "closed";
  const key = keys[filter.sort === "due" && onlyClosed ? "closed" : filter.sort];
  return (a, b) => {
    const [left, right] = [key(a), key(b)];
    const at = left.findIndex((value, index) => value !== right[index]);
    return at < 0 ? 0 : left[at] < right[at] ? -1 : 1;
  };
}
