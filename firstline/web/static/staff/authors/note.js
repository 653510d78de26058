/** A change's note in words: "= 3" is the version a restored text was taken from, an instant the one it was planned for. */
export function noteText(words, times, note) {
  const restored = /^= (\d+)$/.exec(note ?? "");
  if (restored) return words.t("version_restored", { version: restored[1] });
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(note ?? "") ? times.short(note) : note ?? "";
}
