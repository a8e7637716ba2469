import { tmpdir } from "node:os";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Session } from "../src/engine/session.ts";
import { jaccard } from "../src/model/linkage/compare/jaccard.ts";
import { bytesOf } from "../src/model/linkage/compare/similarity.ts";
import {
  damerauLevenshtein,
  jaro,
  jaroWinkler,
  levenshtein,
} from "../src/model/linkage/compare/text-distance.ts";
import { type TextValues, textValues } from "../src/model/linkage/values/text-values.ts";

type Pair = readonly [string, string];

const of = (unit: string, minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...unit), minLength, maxLength, size: "max" });
const letters = "aaaeeeiionnrrsstlldmkbhgvpfjcuyxzwqé";
const name = of(letters, 1, 14);
const names = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(" "));
const digits = of("0123456789", 6, 12);
const long = of(`${letters}  `, 30, 220);
const any = fc.oneof(name, names, digits, of("ab", 1, 70), of("abcdéж漢🙂'", 1, 40), long);

/** A text with some of its characters put in, taken out, replaced, or swapped with the next. */
const near = fc
  .tuple(
    any,
    fc.array(fc.tuple(fc.nat(3), fc.nat(), fc.constantFrom(..."aen05é")), { minLength: 1, maxLength: 4 }),
  )
  .map(([text, edits]): Pair => {
    const chars = [...text];
    for (const [kind, at, char] of edits) {
      const i = at % chars.length;
      const next = chars.slice(i, i + 2);
      const instead = [[char, ...next], next.slice(1), [char, ...next.slice(1)], next.reverse()][
        kind
      ] as string[];
      if (chars.length - next.length + instead.length > 0) chars.splice(i, 2, ...instead);
    }
    return [text, chars.join("")];
  });

const distant: fc.Arbitrary<Pair> = fc.oneof(
  fc.tuple(any, any),
  fc.tuple(digits, digits),
  fc.tuple(name, name),
  fc.tuple(long, long),
);

function column(texts: readonly string[]): TextValues {
  const all = texts.map(bytesOf);
  const starts = new Int32Array(texts.length + 2);
  for (const [i, { length }] of all.entries()) starts[i + 2] = (starts[i + 1] as number) + length;
  return textValues(Buffer.concat(all), starts);
}

it("The kernel finds to the last bit what the database finds", async () => {
  const pairs = fc.sample(fc.oneof(near, distant), { numRuns: 24_000, seed: 7 });
  const values = column(pairs.flat());
  const most = 1000;
  const session = await Session.open({ threads: 2, memoryBytes: 2 ** 30, spillFolder: tmpdir() });
  try {
    for (let from = 0; from < pairs.length; from += 4000) {
      const some = pairs.slice(from, from + 4000);
      const rows = await session.rows("compare", comparing(some));
      expect(rows).toHaveLength(some.length);
      for (const [i, row] of rows.entries()) {
        const [a, b] = [2 * (from + i) + 1, 2 * (from + i) + 2];
        const found = [levenshtein(values, a, b, most), damerauLevenshtein(values, a, b, most)];
        const alike = [jaro(values, a, b), jaroWinkler(values, a, b), jaccard(values, a, b)];
        const expected = [Number(row["levenshtein"]), Number(row["damerau"])];
        expect({ pair: some[i], found, alike }).toStrictEqual({
          pair: some[i],
          found: expected,
          alike: [row["jaro"], row["winkler"], row["jaccard"]],
        });
        expect(row["jaro_back"]).toBe(row["jaro"]);
        expect(row["winkler_back"]).toBe(row["winkler"]);
      }
    }
  } finally {
    session.close();
  }
});

function comparing(pairs: readonly Pair[]): string {
  const values = pairs.map((pair) => `(${pair.map((text) => `'${text.replaceAll("'", "''")}'`).join(", ")})`);
  return `SELECT levenshtein(a, b) AS levenshtein, damerau_levenshtein(a, b) AS damerau, jaro_similarity(a, b) AS jaro,
  jaro_winkler_similarity(a, b) AS winkler, jaccard(a, b) AS jaccard, jaro_similarity(b, a) AS jaro_back,
  jaro_winkler_similarity(b, a) AS winkler_back FROM (VALUES ${values.join(", ")}) AS v (a, b)`;
}
