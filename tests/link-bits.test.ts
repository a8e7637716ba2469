import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { mixed } from "../src/model/linkage/train/random.ts";
import { dars, scratch } from "./dars.ts";
import { query } from "./files.ts";
import { type MatchYaml, runMatch } from "./match-run.ts";

/** Bits of a vector, none of whose lengths is whole words; a neighbour shares most of its own. */
const bytes = 13;

function vectorOf(record: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => {
    const byte = mixed(i, record >> 2) & mixed(i + 99, record >> 2) & 0xff;
    return record % 16 === 15 ? 0 : byte ^ (i < record % 4 ? 0x11 : 0);
  });
}

const records = Array.from({ length: 120 }, (_, i) => vectorOf(i));

/** Dice's coefficient, bit by bit. */
function dice(a: Uint8Array, b: Uint8Array): number {
  const bits = (of: Uint8Array) => [...of].flatMap((byte) => [...byte.toString(2).padStart(8, "0")]);
  const [x, y] = [bits(a), bits(b)];
  const [n, m] = [x, y].map((its) => its.filter((bit) => bit === "1").length) as [number, number];
  const both = x.filter((bit, i) => bit === "1" && y[i] === "1").length;
  return n + m === 0 ? 0 : (2 * both) / (n + m);
}

const steps = [0.95, 0.9, 0.7, 0.4] as const;

/** Each level has a weight of its own, so that a pair's weight tells its level. */
const match: MatchYaml = {
  comparisons: [
    {
      comparison: "name",
      levels: steps.map((at_least, i) => ({ dice: "name_clk", at_least, weight: 8 - i })),
      else: { weight: 1 },
    },
  ],
  blocking: [["block"]],
  lambda: 0.5,
  threshold: -100,
  keep: "scored",
  decision: { links: "connected", at_least: 0 },
};

const expected = records.flatMap((a, i) =>
  records.slice(i + 1).flatMap((b, j) => {
    if (i % 5 === 0 || (i + j + 1) % 5 === 0) return [];
    const level = steps.findIndex((least) => dice(a, b) >= least);
    return [`${i} ${i + j + 1} ${level === -1 ? 1 : 8 - level}`];
  }),
);

const hex = (of: Uint8Array) => Buffer.from(of).toString("hex");

/** Every fifth record has no vector. */
const forms: Readonly<Record<string, (of: Uint8Array) => string>> = {
  "hexadecimal text": hex,
  "hexadecimal text in capitals": (of) => hex(of).toUpperCase(),
  "base64 text": (of) => Buffer.from(of).toString("base64"),
};

function csvOf(write: (of: Uint8Array) => string): string {
  const rows = records.map((of, i) => `${i},b,${i % 5 === 0 ? "" : write(of)}`);
  return `${["id,block,name_clk", ...rows].join("\n")}\n`;
}

/** Pairs and the weight of their one level; pairs of which it says nothing weigh nothing. */
async function weighed(file: string, plan: string): Promise<string[]> {
  const { links } = await runMatch({ sources: { all: { file, id: "id" } }, ...match, plan });
  return links
    .filter(({ match_weight }) => Number(match_weight) !== 0)
    .map(({ id_l, id_r, match_weight }) => {
      const [a, b] = [Number(id_l), Number(id_r)];
      return `${Math.min(a, b)} ${Math.max(a, b)} ${Number(match_weight)}`;
    })
    .sort();
}

describe("dice", () => {
  it.each(Object.keys(forms))("compares bit vectors written as %s, the same by both plans", async (form) => {
    const file = join(await scratch("bits"), "a.csv");
    await writeFile(file, csvOf(forms[form] ?? hex));
    for (const plan of ["plain", "kernel"]) expect(await weighed(file, plan)).toEqual([...expected].sort());
  });

  it("compares bit vectors that Parquet holds as bytes", async () => {
    const folder = await scratch("bits");
    await writeFile(join(folder, "a.csv"), csvOf(hex));
    const file = join(folder, "a.parquet");
    await query(
      `COPY (SELECT id, block, unhex(name_clk) AS name_clk FROM read_csv('${join(folder, "a.csv")}', all_varchar = true)) TO '${file}' (FORMAT parquet)`,
    );
    expect(await weighed(file, "kernel")).toEqual([...expected].sort());
  });

  it.each([
    ["that is none", "no_vector", /"name_clk" holds values that are no bit vectors: 1/],
    ["of another length", "00ff", /the bit vectors of "name_clk" have from 16 to 104 bits/],
  ])("refuses a value %s, without naming it", async (_, value, said) => {
    const folder = await scratch("bits");
    await writeFile(join(folder, "a.csv"), `${csvOf(hex)}x,b,${value}\n`);
    const step = { id: "link", kind: "match", sources: { all: { file: "a.csv", id: "id" } }, ...match };
    const spec = { version: 1, pipeline: "linkage", title: "Linkage", steps: [step] };
    await writeFile(join(folder, "l.yaml"), JSON.stringify(spec));
    const { exit, stderr } = await dars(folder, ["link", "run", "l.yaml", "--out", "out"]);
    expect(exit).toBe(3);
    expect(stderr).toMatch(said);
    expect(stderr).toContain("link/no-bit-vectors");
    expect(stderr).not.toContain(value);
  });
});
