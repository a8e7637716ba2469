/** One sign, class or bracket of a pattern that DuckDB (RE2) and Spark (Java) read alike. */
const piece = new RegExp(
  [
    String.raw`\\(?:[AzbBdDsSwWfnrt]|p\{[A-Z][a-z]?\}|[^A-Za-z0-9])`,
    String.raw`\[(?!\^?\])\^?(?:[^\]\\[&-]|&(?!&)|-(?!\\[dDsSwW])|\\(?:[dDsSwW](?!-[^\]])|[fnrt]|p\{[A-Z][a-z]?\}|[^A-Za-z0-9]))+\]`,
    String.raw`\(\?[is]*:`,
    String.raw`\(\?[is]+\)`,
    String.raw`\((?!\?)`,
    String.raw`\{[0-9]{1,3}(?:,[0-9]{0,3})?\}`,
    String.raw`[^\\[({]`,
  ].join("|"),
  "yu",
);

/**
 * What is wrong with a regular expression, to stand behind what names it; nothing where it can be used. It takes what
 * both engines know: neither looks around nor back, and a repeat is of at most 999.
 */
export function patternProblem(pattern: string): string | undefined {
  const pieces = piecesOf(pattern);
  const length = pieces.join("").length;
  if (length < pattern.length) {
    const place = [...pattern.slice(0, length)].length + 1;
    return `cannot be used from "${pattern.slice(length, length + 3)}" on, at its character ${place}: it takes groups, classes, repeats, \\d, \\w, \\s, \\b and signs behind \\, but looks neither around nor back`;
  }
  try {
    new RegExp(pieces.map(inJavaScript).join(""));
    return undefined;
  } catch (error) {
    const [reason] = String(error).split(": ").slice(-1);
    return `is no regular expression: ${reason?.toLowerCase()}`;
  }
}

/** How many groups of a pattern can be asked for. */
export function groupsOf(pattern: string): number {
  return piecesOf(pattern).filter((text) => text === "(").length;
}

function piecesOf(pattern: string): string[] {
  const pieces: string[] = [];
  piece.lastIndex = 0;
  for (let found = piece.exec(pattern); found !== null; found = piece.exec(pattern)) pieces.push(found[0]);
  return pieces;
}

/** JavaScript finds the mistakes that no single piece shows; it lacks flags inside a pattern, \A and \z. */
function inJavaScript(text: string): string {
  if (text.startsWith("(?")) return text.endsWith(":") ? "(?:" : "";
  return text === "\\A" || text === "\\z" ? "(?:)" : text;
}
