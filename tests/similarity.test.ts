import { tmpdir } from "node:os";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Session } from "../src/engine/session.ts";
import {
  bytesOf,
  damerauLevenshtein,
  jaccard,
  jaro,
  jaroWinkler,
  levenshtein,
} from "../src/model/linkage/compare/similarity.ts";

const anyText = fc.string({ unit: fc.constantFrom(..."aaabbcd'-é "), minLength: 1, maxLength: 14 });

it("The database compares texts as the oracle does", async () => {
  const pairs = fc.sample(fc.tuple(anyText, anyText), { numRuns: 5000, seed: 1 });
  const session = await Session.open({ threads: 2, memoryBytes: 2 ** 30, spillFolder: tmpdir() });
  try {
    const values = pairs.map(
      (pair) => `(${pair.map((text) => `'${text.replaceAll("'", "''")}'`).join(", ")})`,
    );
    const rows = await session.rows(
      "compare",
      `SELECT levenshtein(a, b) AS levenshtein, damerau_levenshtein(a, b) AS damerau, jaro_similarity(a, b) AS jaro,
  jaro_winkler_similarity(a, b) AS winkler, jaccard(a, b) AS jaccard FROM (VALUES ${values.join(", ")}) AS v (a, b)`,
    );
    expect(rows).toHaveLength(5000);
    for (const [i, row] of rows.entries()) {
      const [a, b] = (pairs[i] ?? ["", ""]).map(bytesOf) as [Uint8Array, Uint8Array];
      expect(Number(row["levenshtein"])).toBe(levenshtein(a, b));
      expect(Number(row["damerau"])).toBe(damerauLevenshtein(a, b));
      expect(row["jaro"]).toBe(jaro(a, b));
      expect(row["winkler"]).toBe(jaroWinkler(a, b));
      expect(row["jaccard"]).toBe(jaccard(a, b));
    }
  } finally {
    session.close();
  }
});
