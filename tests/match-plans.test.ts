import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linkageFunctions } from "../src/engine/host/linkage/linkage-functions.ts";
import { runOperations } from "../src/engine/operations.ts";
import { Session } from "../src/engine/session.ts";
import type { Comparison } from "../src/model/linkage/model.ts";
import { decimalOf, priorWeight, unitsOf } from "../src/model/linkage/weights.ts";
import { duckdb } from "../src/sql/duckdb.ts";
import { matchKind } from "../src/steps/match/match-kind.ts";
import type { MatchSpec } from "../src/steps/match/match-spec.ts";
import { scratch } from "./dars.ts";
import { query } from "./files.ts";
import { comparisons, type Row, rows, rules } from "./linkage-lab.ts";
import { agrees, oracleUnits, vetoBits } from "./linkage-oracle.ts";
import { type MatchYaml, runMatch, type WrittenLink } from "./match-run.ts";

const columns = ["first", "last", "dob", "score", "lat", "long", "sex", "place", "bits", "tags", "groups"];
const idOf = (record: number) => `r${String(record).padStart(3, "0")}`;

interface World {
  readonly its: readonly Row[];
  readonly model: readonly Comparison[];
  readonly on: readonly (readonly string[])[];
  /** Records before this place are of the first source; of 0 there is one source. */
  readonly cut: number;
  readonly threshold: number;
  readonly order: readonly number[];
}

const world: fc.Arbitrary<World> = rows(2, 30).chain((its) =>
  fc.record({
    its: fc.constant(its),
    model: comparisons(4),
    on: rules,
    cut: fc.constantFrom(0, Math.floor(its.length / 2)),
    threshold: fc.constantFrom(-3000, -5, 0, 4),
    order: fc.shuffledSubarray([...its.keys()], { minLength: its.length }),
  }),
);

/** The places of every pair that a rule brings together. */
function pairsOf({ its, on, cut }: Pick<World, "its" | "on" | "cut">): (readonly [number, number])[] {
  return its.flatMap((l, i) =>
    its.flatMap((r, j) => {
      const isCompared = i < j && (cut === 0 || i < cut !== j < cut);
      return isCompared && on.some((rule) => agrees(rule, l, r)) ? [[i, j] as const] : [];
    }),
  );
}

/** Of these each that reaches the threshold: "id id weight". */
function bruteForce({ its, model, on, cut, threshold }: World): string[] {
  const prior = unitsOf(priorWeight(0.01));
  const veto = vetoBits(model);
  return pairsOf({ its, on, cut })
    .flatMap(([i, j]) => {
      const [l, r] = [its[i], its[j]] as [Row, Row];
      const units = model.reduce((sum, c) => sum + oracleUnits(c, l, r, its, veto), prior);
      return units < unitsOf(threshold) ? [] : [`${idOf(i)} ${idOf(j)} ${decimalOf(units)}`];
    })
    .sort();
}

/** The same by a plan, the rows in that order. */
const planned = async (...its: Parameters<typeof run>): Promise<string[]> => (await run(...its)).links;

/** Links by a plan and the model's text; no analyst would be let near records as poor as these. */
async function run(
  { its, model, on, cut, threshold }: World,
  plan: MatchSpec["plan"],
  threads: number,
  order: readonly number[],
  training: MatchSpec["training"] = undefined,
): Promise<{ readonly links: string[]; readonly model: string; readonly counted: number }> {
  const folder = await scratch("plan");
  const session = await Session.open({ threads, memoryBytes: 2 ** 29, spillFolder: folder });
  const sources = cut === 0 ? ["a"] : ["a", "b"];
  const spec = {
    sources: Object.fromEntries(sources.map((source) => [source, { file: "unread", id: "id" }])),
    comparisons: model,
    blocking: on,
    ...(training === undefined ? { lambda: 0.01 } : { training }),
    threshold,
    keep: "scored",
    decision: { links: "connected", at_least: 0 },
    plan,
    previous: "none",
  } as unknown as MatchSpec;
  const context = { inputs: {} } as unknown as Parameters<typeof matchKind.compile>[1];
  const { functions, close } = linkageFunctions(threads);
  try {
    for (const source of sources) {
      const own = order.filter((record) => cut === 0 || record < cut === (source === "a"));
      await fill(session, `source_${source}`, own, its);
    }
    const { operations } = matchKind.compile(spec, context);
    const unchecked = operations.filter(({ id }) => id !== "checked");
    await runOperations(unchecked, { session, folder, hostFunctions: functions });
    const found = await query(
      `SELECT id_l || ' ' || id_r || ' ' || match_weight AS pair FROM read_parquet('${join(folder, "links.parquet")}')`,
    );
    const inSql = operations.some(({ id }) => id === "patterns");
    const { n } = inSql ? await session.row("counted", "SELECT sum(n) AS n FROM patterns") : { n: 0 };
    return {
      counted: Number(n),
      links: found.flatMap(({ pair }) => pair ?? []).sort(),
      model: await readFile(join(folder, "model.json"), "utf8"),
    };
  } finally {
    await close();
    session.close();
    await rm(folder, { recursive: true });
  }
}

async function fill(session: Session, table: string, records: readonly number[], its: readonly Row[]) {
  const text = (value: string | undefined) => (value === undefined ? "NULL" : duckdb.quoteText(value));
  const tuples = records.map(
    (record) => `(${[idOf(record), ...columns.map((c) => its[record]?.[c])].map(text).join(", ")})`,
  );
  await session.run(
    table,
    `CREATE TABLE ${table} (id VARCHAR, ${columns.map((c) => `${duckdb.quoteIdentifier(c)} VARCHAR`).join(", ")})`,
  );
  await session.run(table, `INSERT INTO ${table} VALUES ${tuples.join(", ")}`);
}

describe("the plans", () => {
  it("find the pairs and weights of brute force, on one thread or two, whatever the order of rows", async () => {
    await fc.assert(
      fc.asyncProperty(world, async (its) => {
        const expected = bruteForce(its);
        const order = [...its.its.keys()];
        expect(await planned(its, "plain", 2, order)).toEqual(expected);
        expect(await planned(its, "bounded", 2, order)).toEqual(expected);
        expect(await planned(its, "kernel", 1, its.order)).toEqual(expected);
        expect(await planned(its, "kernel", 2, order)).toEqual(expected);
      }),
      { numRuns: 9, endOnFailure: true },
    );
  });
});

/** The same comparisons with nothing stated of their levels. */
const unlearned = (model: readonly Comparison[]): Comparison[] =>
  model.map(({ comparison, levels }) => ({
    comparison,
    levels: levels.map(({ m: _, u: __, weight: ___, ...level }) => level),
  }));

it("learn the same model to the last digit, whether SQL counts the training rules' pairs or the kernel", async () => {
  await fc.assert(
    fc.asyncProperty(world, async (its) => {
      const open = { ...its, model: unlearned(its.model), threshold: -3000 };
      const training = { rules: its.on, lambda: 0.01 } as MatchSpec["training"];
      const order = [...its.its.keys()];
      const { links, model } = await run(open, "kernel", 2, order, training);
      const counted = its.on.reduce((sum, rule) => sum + pairsOf({ ...its, on: [rule] }).length, 0);
      for (const plan of ["plain", "bounded"] as const)
        expect(await run(open, plan, 2, order, training)).toEqual({ links, model, counted });
    }),
    { numRuns: 7, endOnFailure: true },
  );
});

/** People of whom some stand in the file twice, and a few strangers alike in all but the number. */
function people(records: number): string {
  const lines = ["id,nhs_number,first_name,surname,dob"];
  for (let i = 0; i < records; i++) {
    const person = i % 5 === 4 ? i - 1 : i;
    const [year, day] = [1930 + (person % 80), 1 + (person % 28)];
    const number = i % 10 === 9 ? `N${i}` : i % 7 === 0 ? "" : `N${person}`;
    const first = i % 15 === 4 ? `x${person % 97}` : `f${person % 97}`;
    lines.push(`${i},${number},${first},s${person % 1009},${year}-03-${String(day).padStart(2, "0")}`);
  }
  return `${lines.join("\n")}\n`;
}

const numbers = (m: number, u: number) => ({ m, u });
const named = (column: string) => ({
  comparison: column,
  levels: [{ exact: column, ...numbers(0.9, 0.01), term_frequency: true }],
  else: numbers(0.1, 0.99),
});

/** A model with an NHS number that is equal, missing, or another. */
const withNumber = (equal: object, other: object): MatchYaml => ({
  comparisons: [
    { comparison: "nhs_number", levels: [{ exact: "nhs_number", ...equal }], else: other },
    named("first_name"),
    named("surname"),
    named("dob"),
  ],
  blocking: [["surname", "dob"], ["nhs_number"]],
  lambda: 0.0001,
  threshold: -10,
  keep: "scored",
  decision: { links: "connected", at_least: 0 },
});

const idsOf = (links: readonly WrittenLink[]) =>
  links
    .map(({ id_l, id_r }) =>
      [id_l, id_r]
        .map(Number)
        .sort((a, b) => a - b)
        .join(" "),
    )
    .sort();

describe("veto and force", () => {
  const models = {
    learned: withNumber(numbers(0.95, 0.0001), numbers(0.05, 0.9999)),
    veto: withNumber(numbers(0.95, 0.0001), { weight: "veto" }),
    force: withNumber({ weight: "force" }, numbers(0.05, 0.9999)),
  };

  it("outrank all else, the same by every plan, on one thread and two", async () => {
    const folder = await scratch("people");
    // Wide enough for the kernel to start its threads.
    await writeFile(join(folder, "people.csv"), people(26_000));
    const sources = { people: { file: join(folder, "people.csv"), id: "id" } };
    const run = async (model: MatchYaml, plan: string, threads: number) =>
      await runMatch({ sources, ...model }, ["--threads", String(threads), "--plan", plan]);
    const [learned, veto, force] = [
      await run(models.learned, "kernel", 2),
      await run(models.veto, "kernel", 2),
      await run(models.force, "kernel", 2),
    ];
    const plain = await run(models.veto, "plain", 2);
    const single = await run(models.force, "kernel", 1);
    const bounded = await run(models.veto, "bounded", 2);
    expect(plain.links).toEqual(veto.links);
    expect(bounded.links).toEqual(veto.links);
    expect(single.links).toEqual(force.links);

    const text = await readFile(join(folder, "people.csv"), "utf8");
    const numberOf = text
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",")[1] ?? "");
    const pairNumbers = (pair: string) => pair.split(" ").map((id) => numberOf[Number(id)] ?? "");
    const isContrary = (pair: string) => {
      const [a, b] = pairNumbers(pair);
      return a !== "" && b !== "" && a !== b;
    };
    const isEqual = (pair: string) => pairNumbers(pair).every((n) => n !== "") && !isContrary(pair);
    const all = idsOf(learned.links);
    expect(all.filter(isContrary).length).toBeGreaterThan(100);
    expect(idsOf(veto.links)).toEqual(all.filter((pair) => !isContrary(pair)));
    expect(all.filter(isEqual).length).toBeGreaterThan(100);
    for (const link of force.links) {
      const isForced = isEqual(idsOf([link])[0] as string);
      expect(Number(link.match_weight) > 900).toBe(isForced);
      if (isForced) expect(Number(link.match_probability)).toBe(1);
    }
    const done = [folder, ...[learned, veto, force, plain, bounded, single].map((its) => its.folder)];
    for (const its of done) await rm(its, { recursive: true });
  });
});

describe("a CSV file", () => {
  it.each([
    ["LF", "\n"],
    ["CR LF", "\r\n"],
  ])("is read whole where its lines end in %s", async (_, end) => {
    const folder = await scratch("ends");
    await writeFile(join(folder, "people.csv"), people(20).replaceAll("\n", end));
    const sources = { people: { file: join(folder, "people.csv"), id: "id" } };
    const found = await runMatch({ sources, ...withNumber(numbers(0.95, 0.01), numbers(0.05, 0.99)) });
    expect(found.clusters).toHaveLength(20);
    expect(idsOf(found.links)).toEqual(["13 14", "3 4", "8 9"]);
    for (const its of [folder, found.folder]) await rm(its, { recursive: true });
  });
});
