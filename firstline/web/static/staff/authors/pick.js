/** Files as an author gives them: chosen, a chosen folder, or dropped with whole folders; each with its path inside. */
const KINDS = [".md", ".markdown", ".html", ".htm", ".docx", ".zip"];
const PICTURES = [".png", ".jpg", ".jpeg", ".webp", ".gif"];

/** What a file chooser offers. */
export const ACCEPTED = [...KINDS, ...PICTURES].join(",");

/** The files of a chooser as [{path, file}]; a chosen folder's files keep their way from it. */
export const chosenFiles = (input) => [...input.files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));

/** What was dropped as [{path, file}], folders opened. */
export async function droppedFiles(transfer) {
  // The entries are gone once this turn ends, so all of them are taken first.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const files = [...transfer.files];
  if (!entries.length) return files.map((file) => ({ path: file.name, file }));
  return (await Promise.all(entries.map((entry) => opened(entry)))).flat();
}

/** Parts into what can be imported (pictures go along with articles) and what can't; hidden files count for nothing. */
export function sorted(files) {
  const seen = files.filter(({ path }) => !path.split("/").some((part) => /^(\.|~\$|__MACOSX$)/.test(part)));
  const of = (kinds) => seen.filter(({ path }) => kinds.some((kind) => path.toLowerCase().endsWith(kind)));
  const [articles, pictures] = [of(KINDS), of(PICTURES)];
  return { good: articles.length ? [...articles, ...pictures] : [], other: seen.filter((file) => !articles.includes(file) && !pictures.includes(file)) };
}

async function opened(entry) {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => entry.file(done, failed));
    return [{ path: entry.fullPath.replace(/^\//, ""), file }];
  }
  const reader = entry.createReader();
  const inside = [];
  for (let batch; (batch = await new Promise((done, failed) => reader.readEntries(done, failed))).length;) inside.push(...batch);
  return (await Promise.all(inside.map((one) => opened(one)))).flat();
}
