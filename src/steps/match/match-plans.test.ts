import { describe, it } from "vitest";
import { expectGolden } from "../../../tests/golden.ts";
import { compiled } from "../../../tests/identify-run.ts";
import type { Operation, Scan } from "../../sql/operation.ts";
import type { Column } from "../../sql/type.ts";
import { ledgerColumns, previous, previousColumns } from "./compile-ledger.ts";
import { sourceName } from "./compile-records.ts";
import { matchKind } from "./match-kind.ts";
import { type MatchSpec, matchSchema } from "./match-spec.ts";

const numbers = (m: number, u: number) => ({ m, u });

/** Two files, rules with lists and without, and a level of every sort: the same, near, reversed, apart, shared, with and without frequencies. */
const written = {
  sources: { left: { file: "left.csv", id: "id" }, right: { file: "right.csv", id: "id" } },
  comparisons: [
    {
      comparison: "names",
      levels: [
        { exact: "first", ...numbers(0.8, 0.01), term_frequency: true },
        { jaro_winkler: "first", at_least: 0.9, ...numbers(0.1, 0.02), term_frequency: true },
        { reversed: ["first", "last"], ...numbers(0.01, 0.001) },
      ],
      else: numbers(0.09, 0.969),
    },
    {
      comparison: "born",
      levels: [
        { exact: "dob", ...numbers(0.9, 0.001) },
        { levenshtein: "dob", at_most: 1, ...numbers(0.05, 0.01) },
        { days: "dob", at_most: 30, ...numbers(0.01, 0.01) },
      ],
      else: numbers(0.04, 0.979),
    },
    {
      comparison: "homes",
      levels: [{ intersect: "split(homes, ';')", at_least: 1, ...numbers(0.9, 0.1) }],
      else: numbers(0.1, 0.9),
    },
  ],
  blocking: [["last", "dob"], ["first"], ["dob", "any(split(homes, ';'))"], ["any(split(homes, ';'))"]],
  training: { rules: [["last"], ["first", "any(split(homes, ';'))"]], lambda: 0.001 },
  threshold: -5,
  previous: { clusters: "before/clusters.parquet", ledger: "before/ledger.parquet" },
};

const file: readonly Column[] = ["id", "first", "last", "dob", "homes"].map((name) => ({
  name,
  type: "varchar",
}));
const given = {
  [sourceName("left")]: file,
  [sourceName("right")]: file,
  [previous.clusters]: previousColumns,
  [previous.ledger]: ledgerColumns,
};

const compiledFor = (plan: MatchSpec["plan"]) =>
  compiled(matchKind, matchSchema.parse({ ...written, plan }) as MatchSpec, { columns: given });
const operationsOf = (plan: MatchSpec["plan"]) => compiledFor(plan).operations;

const madeBy = (operations: readonly Operation[]) =>
  operations.flatMap((its): Scan[] => ("output" in its ? [{ relation: its.output, files: [] }] : []));

describe("match", () => {
  it("reads, decides and reports by the committed SQL, which all plans share and DuckDB binds", async () => {
    const { operations, scans } = compiledFor("kernel");
    await expectGolden(operations, scans, "fixtures/golden/match");
  });

  it.each(["plain", "bounded"] as const)(
    "counts training pairs and scores by the plan %s in the committed SQL, which DuckDB binds",
    async (plan) => {
      const operations = operationsOf(plan);
      const others = new Set(operationsOf("kernel").map(({ id }) => id));
      const isScoring = ({ id }: Operation) => id === "scored" || !others.has(id);
      const scoring = operations.filter(isScoring);
      const from = operations.findIndex(isScoring);
      const given = madeBy([...operations.slice(0, from), ...scoring.filter(({ kind }) => kind === "host")]);
      const own = scoring.filter(({ kind }) => kind === "statement");
      await expectGolden(own, given, `fixtures/golden/match-${plan}`);
    },
  );
});
