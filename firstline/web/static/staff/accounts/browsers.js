/** A browser's own long name cut to what people know it by, such as "Edge · Windows"; empty when nothing is known in it. */
const BROWSERS = [
  [/Whale\//, "Whale"], [/SamsungBrowser\//, "Samsung Internet"], [/Edg(e|A|iOS)?\//, "Edge"], [/OPR\//, "Opera"],
  [/(Firefox|FxiOS)\//, "Firefox"], [/(Chrome|CriOS|Chromium)\//, "Chrome"], [/Safari\//, "Safari"],
];
const SYSTEMS = [
  [/Windows/, "Windows"], [/iPhone/, "iPhone"], [/iPad/, "iPad"], [/Android/, "Android"], [/Mac OS X/, "macOS"], [/Linux/, "Linux"],
];

export function browserName(text) {
  const known = (list) => list.find(([pattern]) => pattern.test(text))?.[1];
  return [known(BROWSERS), known(SYSTEMS)].filter(Boolean).join(" · ");
}
