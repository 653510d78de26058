/** Two texts line by line: [{op: "same" | "del" | "add", text}]. */
const MOST_CELLS = 4_000_000;

export function lineDiff(before, after) {
  const old = before.split("\n");
  const now = after.split("\n");
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const same = (texts) => texts.map((text) => ({ op: "same", text }));
  return [...same(old.slice(0, head)), ...middle(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...same(tail ? old.slice(-tail) : [])];
}

function middle(old, now) {
  const all = (op, texts) => texts.map((text) => ({ op, text }));
  if (old.length * now.length > MOST_CELLS) return [...all("del", old), ...all("add", now)];
  // Longest common subsequence, from the end, so that the walk goes forward.
  const wide = now.length + 1;
  const longest = new Uint32Array((old.length + 1) * wide);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      longest[i * wide + j] = old[i] === now[j] ? longest[(i + 1) * wide + j + 1] + 1
        : Math.max(longest[(i + 1) * wide + j], longest[i * wide + j + 1]);
    }
  }
  const lines = [];
  let [i, j] = [0, 0];
  while (i < old.length && j < now.length) {
    if (old[i] === now[j]) {
      lines.push({ op: "same", text: old[i] });
      i += 1;
      j += 1;
    } else if (longest[(i + 1) * wide + j] >= longest[i * wide + j + 1]) lines.push({ op: "del", text: old[i++] });
    else lines.push({ op: "add", text: now[j++] });
  }
  return [...lines, ...all("del", old.slice(i)), ...all("add", now.slice(j))];
}
