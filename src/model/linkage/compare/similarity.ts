/**
 * How alike two texts are, over their UTF-8 bytes as the database compares them. Slow and plain: the oracle of the
 * kernels and of the database's own functions.
 */

type Bytes = Uint8Array;

/** Bytes of a text. */
export const bytesOf = (text: string): Bytes => new TextEncoder().encode(text);

/** Least number of bytes inserted, deleted or replaced. Source: Levenshtein, Soviet Physics Doklady 10 (1966). */
export function levenshtein(a: Bytes, b: Bytes): number {
  return edits(a, b, false);
}

/**
 * The same, with two neighbours changing places as one edit more, and any edit between them counted too.
 * Source: Damerau, Communications of the ACM 7 (1964); Lowrance and Wagner, Journal of the ACM 22 (1975).
 */
export function damerauLevenshtein(a: Bytes, b: Bytes): number {
  return edits(a, b, true);
}

function edits(a: Bytes, b: Bytes, swaps: boolean): number {
  const most = a.length + b.length;
  // Row and column 0 hold what is never reached; row and column 1 the empty text.
  const table = Array.from({ length: a.length + 2 }, () => new Array<number>(b.length + 2).fill(most));
  const at = (i: number, j: number) => table[i]?.[j] ?? most;
  for (let i = 0; i <= a.length; i++) (table[i + 1] as number[])[1] = i;
  for (let j = 0; j <= b.length; j++) (table[1] as number[])[j + 1] = j;
  const lastRow = new Map<number, number>();
  for (let i = 1; i <= a.length; i++) {
    let lastColumn = 0;
    for (let j = 1; j <= b.length; j++) {
      const row = lastRow.get(b[j - 1] ?? -1) ?? 0;
      const column = lastColumn;
      const same = a[i - 1] === b[j - 1];
      if (same) lastColumn = j;
      const swapped = swaps ? at(row, column) + (i - row - 1) + 1 + (j - column - 1) : most;
      (table[i + 1] as number[])[j + 1] = Math.min(
        at(i, j) + (same ? 0 : 1),
        at(i + 1, j) + 1,
        at(i, j + 1) + 1,
        swapped,
      );
    }
    lastRow.set(a[i - 1] ?? -1, i);
  }
  return at(a.length + 1, b.length + 1);
}

/** From 0 to 1; 0 where one is empty. Source: Jaro, JASA 84 (1989), page 416. */
export function jaro(a: Bytes, b: Bytes): number {
  const window = Math.max(Math.floor(Math.max(a.length, b.length) / 2) - 1, 0);
  const taken = new Array<boolean>(b.length).fill(false);
  const common: number[] = [];
  for (const [i, byte] of a.entries()) {
    for (let j = Math.max(0, i - window); j < Math.min(b.length, i + window + 1); j++) {
      if (taken[j] || b[j] !== byte) continue;
      taken[j] = true;
      common.push(byte);
      break;
    }
  }
  if (common.length === 0) return 0;
  const others = [...b].filter((_, j) => taken[j]);
  const halves = common.filter((byte, i) => byte !== others[i]).length;
  const transpositions = Math.floor(halves / 2);
  const m = common.length;
  return (m / a.length + m / b.length + (m - transpositions) / m) / 3;
}

/** Jaro's measure, more for up to four equal first bytes once it is above 0.7. Source: Winkler (1990). */
export function jaroWinkler(a: Bytes, b: Bytes): number {
  const similarity = jaro(a, b);
  if (similarity <= 0.7) return similarity;
  let prefix = 0;
  while (prefix < Math.min(4, a.length, b.length) && a[prefix] === b[prefix]) prefix += 1;
  return similarity + prefix * 0.1 * (1 - similarity);
}

/** The share of distinct bytes that both have among those that either has. Source: Jaccard, New Phytologist 11 (1912). */
export function jaccard(a: Bytes, b: Bytes): number {
  const [left, right] = [new Set(a), new Set(b)];
  const both = [...left].filter((byte) => right.has(byte)).length;
  const either = left.size + right.size - both;
  return either === 0 ? 1 : both / either;
}
