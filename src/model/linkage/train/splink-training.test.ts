import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { encoded, type Row } from "../../../../tests/linkage-lab.ts";
import type { Comparison, LevelNumbers } from "../model.ts";
import { ColumnList, resolveModel, resolveRule } from "../resolve-model.ts";
import { countPatterns } from "./count-patterns.ts";
import { joinPatterns, termConstants } from "./pattern-codes.ts";
import { numbersOf } from "./sessions.ts";
import { comparedLikeSplink, startLikeSplink, trainLikeSplink } from "./splink-training.ts";

const folder = join(import.meta.dirname, "../../../../fixtures/splink/training");

function table(name: string): Row[] {
  const [header = "", ...lines] = readFileSync(join(folder, name), "utf8").trim().split("\n");
  const names = header.split(",");
  return lines.map((line) => {
    const values = [...line.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^,]*)/g)].map((match) => match[1]);
    return Object.fromEntries(names.map((key, i) => [key, values[i] === "" ? undefined : values[i]]));
  });
}

const numbers = (m: number, u: number, fixesU: boolean): LevelNumbers => ({
  m: { start: m },
  u: fixesU ? u : { start: u },
});

const modelOf = (fixesU: boolean): Comparison[] => [
  {
    comparison: "first_name",
    levels: [
      {
        exact: "first_name",
        ...numbers(0.7, 0.1, fixesU),
        term_frequency: { column: "first_name", factor: 0.6 },
      },
      { levenshtein: "first_name", at_most: 2, ...numbers(0.2, 0.1, fixesU) },
    ],
    else: numbers(0.1, 0.8, fixesU),
  },
  ...["dob", "city", "email"].map(
    (column): Comparison => ({
      comparison: column,
      levels: [{ exact: column, ...numbers(0.9, 0.1, fixesU) }],
      else: numbers(0.1, 0.9, fixesU),
    }),
  ),
];

/** Trains the model on the demonstration file, as many iterations as there are on record. */
function trained(fixesU: boolean) {
  const records = table("fake_1000_from_splink_demos.csv");
  const comparisons = modelOf(fixesU);
  const list = new ColumnList();
  const { comparisons: resolved } = resolveModel(comparisons, list);
  const rule = resolveRule(["surname"], list);
  const model = { columns: list.columns, comparisons: resolved };
  const { columns, counts } = encoded(records, model.columns);
  const coded = { model, compared: comparedLikeSplink(model, rule), terms: termConstants(model, counts) };
  const sources = { starts: [0, records.length], compared: [[true]] };
  const task = { ...coded, columns, sources, rule, share: 1 };
  const patterns = joinPatterns([countPatterns(task, { index: 0, of: 1 })], coded);
  const stated = comparisons.map(numbersOf);
  const how = { stated, fixesU, tolerance: 0, mostIterations: 3 };
  const start = startLikeSplink(stated, 0.3, []);
  const session = { rule, compared: coded.compared, patterns };
  return trainLikeSplink([session], start, model, [], false, how).results[0]?.history ?? [];
}

describe("the histories of Splink's own tests", () => {
  it.each([
    [true, "fixed_u"],
    [false, "no_fix"],
  ])("are ours to 1e-9, u fixed: %s", (fixesU, name) => {
    const history = trained(fixesU);
    for (const row of table(`splink2_proportion_of_matches_history_${name}.csv`)) {
      const iteration = history[Number(row["iteration"])];
      expect(iteration?.parameters.lambda).toBeCloseTo(Number(row["λ"]), 9);
    }
    const rows = table(`splink2_m_u_history_${name}.csv`);
    expect(rows).toHaveLength(27);
    for (const row of rows) {
      const comparison = ["first_name", "dob", "city", "email"].indexOf(row["column_name"] ?? "");
      const { parameters } = history[Number(row["iteration"])] ?? {};
      const ours = parameters?.comparisons[comparison]?.[Number(row["gamma_index"])];
      expect(ours?.m).toBeCloseTo(Number(row["m_probability"]), 9);
      expect(ours?.u).toBeCloseTo(Number(row["u_probability"]), 9);
    }
  });
});

describe("startLikeSplink", () => {
  it("spreads m and u as Splink does where nothing is known, and leaves u where no random pair has a level", () => {
    const [levels] = startLikeSplink([[{}, {}, {}]], 1e-4, [Float64Array.of(3, 0, 1)]).comparisons;
    expect(levels?.map(({ m }) => m)).toEqual([0.025, 0.025, 0.95]);
    expect(levels?.map(({ u }) => u)).toEqual([0.75, 0.025 / 2 ** 3, 0.25]);
    const [two] = startLikeSplink([[{}, { m: { start: 0.8 }, u: 0.1 }]], 1e-4, [
      Float64Array.of(3, 1),
    ]).comparisons;
    expect(two?.map(({ u }) => u)).toEqual([0.75, 0.1]);
    const [unknown] = startLikeSplink([[{}, {}]], 1e-4, []).comparisons;
    expect(unknown?.map(({ u }) => u)).toEqual(
      [0.05 / 2 ** -5, 0.95 / 2 ** 10].map((u) => expect.closeTo(u, 12)),
    );
  });
});
