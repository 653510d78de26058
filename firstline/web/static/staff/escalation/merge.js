/** Models by field name, "support_mail.sender" being a field inside; and what two people wrote brought together. */

export function read(model, name) {
  return name.split(".").reduce((part, key) => part?.[key], model) ?? null;
}

export function write(model, name, value) {
  const keys = name.split(".");
  const last = keys.pop();
  const part = keys.reduce((inner, key) => (inner[key] ??= {}), model);
  part[last] = value;
}

/**
 * What I changed stays mine, everything else becomes theirs; where both changed one field, `clashes` holds their value.
 * @param base what both began with, by field name, as are mine and theirs
 */
export function merge(base, mine, theirs) {
  const merged = {};
  const clashes = {};
  for (const name of Object.keys(theirs)) {
    const own = !same(mine[name], base[name]);
    merged[name] = own ? mine[name] : theirs[name];
    if (own && !same(theirs[name], base[name]) && !same(theirs[name], mine[name])) clashes[name] = theirs[name];
  }
  return { merged, clashes };
}

export function same(a, b) { return JSON.stringify(a ?? null) === JSON.stringify(b ?? null); }
