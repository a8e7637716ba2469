import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { train } from "../../src/model/linkage/expectation.ts";
import type { Parameters } from "../../src/model/linkage/parameters.ts";
import type { PatternCounts } from "../../src/model/linkage/patterns.ts";
import { bytesOf, levenshtein } from "../../src/model/linkage/similarity.ts";
import {
  levelWeight,
  priorWeight,
  probabilityOf,
  termFrequencyWeight,
} from "../../src/model/linkage/weights.ts";

const data = process.env["DARS_OUTSIDE_DATA"] ?? "../shared/data";
const folder = join(data, "splink");
const present = existsSync(folder);

if (!present) {
  it.skip(`is not in ${data}; set DARS_OUTSIDE_DATA to the folder that holds it`, () => undefined);
}

type Row = Readonly<Record<string, string>>;

async function table(name: string): Promise<Row[]> {
  const [header = "", ...lines] = (await readFile(join(folder, name), "utf8")).trim().split(/\r?\n/);
  const names = header.split(",");
  return lines.map((line) => {
    const values = [...line.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^,]*)/g)].map((match) => match[1] ?? "");
    return Object.fromEntries(names.map((key, i) => [key, values[i] ?? ""]));
  });
}

/** Comparisons of the model that the histories were made with, the best level last. */
const compared = ["first_name", "dob", "city", "email"] as const;

function levelOf(column: string, a: string, b: string): number {
  if (a === "" || b === "") return -1;
  if (column !== "first_name") return a === b ? 1 : 0;
  if (a === b) return 2;
  return levenshtein(bytesOf(a), bytesOf(b)) <= 2 ? 1 : 0;
}

const start: Parameters = {
  lambda: 0.3,
  comparisons: compared.map((column) =>
    column === "first_name"
      ? [
          { m: 0.1, u: 0.8 },
          { m: 0.2, u: 0.1 },
          { m: 0.7, u: 0.1 },
        ]
      : [
          { m: 0.1, u: 0.9 },
          { m: 0.9, u: 0.1 },
        ],
  ),
};

const factor = 0.6;

/** Every pair that has the same surname, as a pattern of its own. */
async function pairs(): Promise<PatternCounts> {
  const rows = await table("fake_1000_from_splink_demos.csv");
  const named = rows.filter((row) => row["first_name"] !== "");
  const shares = new Map<string, number>();
  for (const row of named) {
    const name = row["first_name"] ?? "";
    shares.set(name, (shares.get(name) ?? 0) + 1 / named.length);
  }
  const found: number[][] = [];
  const constants: number[] = [];
  for (const [i, a] of rows.entries()) {
    for (const b of rows.slice(i + 1)) {
      if (a["surname"] === "" || a["surname"] !== b["surname"]) continue;
      const levels = compared.map((column) => levelOf(column, a[column] ?? "", b[column] ?? ""));
      found.push(levels);
      constants.push(levels[0] === 2 ? -factor * Math.log2(shares.get(a["first_name"] ?? "") ?? 1) : 0);
    }
  }
  return {
    levels: compared.map((_, c) => Int8Array.from(found, (levels) => levels[c] ?? -1)),
    counts: new Float64Array(found.length).fill(1),
    frequencies: [
      {
        exactLevel: 2,
        factor: Float64Array.from(found, (levels) => (levels[0] === 2 ? factor : 0)),
        constant: Float64Array.from(constants),
      },
      undefined,
      undefined,
      undefined,
    ],
  };
}

describe.skipIf(!present)("the training histories of another engine", () => {
  it.each([
    [true, "splink2_m_u_history_fixed_u.csv", "splink2_proportion_of_matches_history_fixed_u.csv"],
    [false, "splink2_m_u_history_no_fix.csv", "splink2_proportion_of_matches_history_no_fix.csv"],
  ] as const)("are ours to 1e-9, u fixed: %s", async (fixesU, levelsFile, lambdaFile) => {
    const training = { compared: [true, true, true, true], fixesU, tolerance: 0, mostIterations: 3 };
    const { history } = train(await pairs(), start, training);
    const lambdas = (await table(lambdaFile)).map((row) => Number(row["λ"]));
    expect(lambdas.length).toBeGreaterThan(1);
    for (const [i, lambda] of lambdas.entries()) expect(history[i]?.parameters.lambda).toBeCloseTo(lambda, 9);
    let checked = 0;
    for (const row of await table(levelsFile)) {
      const comparison = (compared as readonly string[]).indexOf(row["column_name"] ?? "");
      const ours =
        history[Number(row["iteration"])]?.parameters.comparisons[comparison]?.[Number(row["gamma_index"])];
      if (ours === undefined) continue;
      expect(ours.m).toBeCloseTo(Number(row["m_probability"]), 9);
      expect(ours.u).toBeCloseTo(Number(row["u_probability"]), 9);
      checked += 1;
    }
    expect(checked).toBeGreaterThan(15);
  });
});

describe.skipIf(!present)("one pair that another engine scored", () => {
  it("has its weight and probability to 1e-9", async () => {
    const [row] = await table("splink2_479_vs_481.csv");
    const rows = (await table("fake_1000_from_splink_demos.csv")).filter((r) => r["first_name"] !== "");
    const share = rows.filter((r) => r["first_name"] === row?.["first_name_l"]).length / rows.length;
    const byLevel = ["first_name", "dob", "city", "email"].map((column, c) => {
      const level = start.comparisons[c]?.[Number(row?.[`gamma_${column}`])];
      return levelWeight(level?.m ?? 1, level?.u ?? 1);
    });
    const frequency = termFrequencyWeight(0.1, share, share, { factor });
    const weight = byLevel.reduce((sum, w) => sum + w, priorWeight(0.3)) + frequency;
    expect(2 ** frequency).toBeCloseTo(4.272592890212634, 9);
    expect(weight).toBeCloseTo(0.5101493570766487, 9);
    expect(probabilityOf(weight)).toBeCloseTo(0.5874923778509089, 9);
  });
});
