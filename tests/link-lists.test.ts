import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dars, mustEnd, scratch } from "./dars.ts";
import { query } from "./files.ts";
import { type MatchYaml, runMatch } from "./match-run.ts";

/** Each person's postcodes, in no order, some twice, one blank; the last has none. */
const postcodes = [
  ["N1 1AA", "E2 2BB", "E2 2BB"],
  ["E2 2BB", " N1 1AA"],
  ["E2 2BB", "SW3 3CC", ""],
  ["SW3 3CC"],
  ["W4 4DD"],
  [],
] as const;

const held = postcodes.map(
  (its) => new Set<string>(its.map((part) => part.trim()).filter((part) => part !== "")),
);
const shared = (l: number, r: number) => [...(held[l] ?? [])].filter((part) => held[r]?.has(part)).length;

/** Pairs that share a postcode, and the weight of their level. */
const expected = held.flatMap((_, l) =>
  held.flatMap((_, r) => (l < r && shared(l, r) > 0 ? [`${l} ${r} ${shared(l, r) >= 2 ? 9 : 5}`] : [])),
);

function matchOn(list: string, plan: string): MatchYaml {
  return {
    comparisons: [
      {
        comparison: "homes",
        levels: [
          { intersect: list, at_least: 2, weight: 9 },
          { intersect: list, at_least: 1, weight: 5 },
        ],
        else: { weight: -3 },
      },
    ],
    blocking: [[`any(${list})`]],
    lambda: 0.5,
    threshold: -100,
    keep: "scored",
    decision: { links: "connected", at_least: 0 },
    plan,
  };
}

const lists = postcodes.map(
  (its, id) => `(${id}, [${its.map((part) => `'${part}'`).join(", ")}]::VARCHAR[])`,
);
const texts = postcodes.map((its, id) => `(${id}, '${its.join(";")}')`);

/** A file of the records, in a folder of its own. */
async function fileOf(name: string, values: readonly string[]): Promise<string> {
  const file = join(await scratch("lists"), name);
  await query(`COPY (SELECT * FROM (VALUES ${values.join(", ")}) AS t(id, homes)) TO '${file}'`);
  return file;
}

describe("a column of lists", () => {
  it.each([
    ["a LIST column of Parquet", "homes.parquet", lists, "homes"],
    ["a text that is split", "homes.csv", texts, "split(homes, ';')"],
  ])(
    "that is %s brings together who shares a value, each pair once, by every plan",
    async (_, name, values, list) => {
      const file = await fileOf(name, values);
      for (const plan of ["kernel", "plain"]) {
        const { links } = await runMatch({ sources: { all: { file, id: "id" } }, ...matchOn(list, plan) });
        const found = links.map(({ id_l, id_r, match_weight }) => {
          const [l, r] = [Number(id_l), Number(id_r)].sort((a, b) => a - b);
          return `${l} ${r} ${Number(match_weight)}`;
        });
        expect(found.sort(), plan).toEqual(expected);
      }
    },
  );

  it("is shown by its values, and its rule is named, where a pair is explained", async () => {
    const file = await fileOf("homes.parquet", lists);
    const { folder } = await runMatch({
      sources: { all: { file, id: "id" } },
      ...matchOn("homes", "kernel"),
    });
    const told = await dars(folder, ["link", "explain", "linkage.yaml", "0", "1", "--show-values"]);
    mustEnd(told, 0);
    expect(told.stdout.match(/E2 2BB · N1/g)).toHaveLength(2);
    expect(told.stdout).toContain("any(homes)");
  });

  it("is refused where a rule's list cannot be read, with the place", async () => {
    const file = await fileOf("homes.parquet", lists);
    await expect(
      runMatch({
        sources: { all: { file, id: "id" } },
        ...matchOn("homes", "kernel"),
        blocking: [["any(homes"]],
      }),
    ).rejects.toThrow(/link\/bad-expression/);
  });
});
