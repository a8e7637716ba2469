import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import type { LinkageReport } from "../src/model/linkage/evaluate/report.ts";
import { dars, mustEnd, scratch } from "./dars.ts";

let folder: string;

/** Streets, each of one town, so that who shares a street shares the town: log₂(towns) bits beyond chance. */
const [towns, streets] = [40, 400];

/** Two files of the same people, a fifth of whose values another has; numbers by a fixed recurrence. */
async function writePeople(people: number): Promise<void> {
  let state = 7;
  const draw = (n: number) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * n);
  };
  const header = "id,first,last,born,street,town";
  const files = { a: [header], b: [header] };
  for (let person = 0; person < people; person++) {
    const street = draw(streets);
    const home = [`street ${street}`, `town ${street % towns}`];
    const name = [`f${draw(60)}`, `l${draw(80)}`, `${1930 + draw(90)}-0${1 + draw(9)}-1${draw(10)}`];
    files.a.push([person, ...name, ...home].join(","));
    const [first = "", last = "", born = ""] = name;
    const written = [draw(6) === 0 ? `f${draw(60)}` : first, draw(6) === 0 ? `l${draw(80)}` : last, born];
    files.b.push([person, ...written, ...home].join(","));
  }
  for (const [name, lines] of Object.entries(files))
    await writeFile(join(folder, `${name}.csv`), `${lines.join("\n")}\n`);
}

const exact = (column: string) => ({ comparison: column, levels: [{ exact: column }] });
const usual = ["first", "last", "born", "street", "town"].map(exact);

async function report(comparisons: readonly unknown[], out: string): Promise<LinkageReport> {
  const source = (file: string) => ({ file, id: "id" });
  const step = {
    ...{ id: "link", kind: "match", sources: { a: source("a.csv"), b: source("b.csv") }, comparisons },
    blocking: [["born"], ["first", "last"]],
    training: { rules: [["born"], ["first", "last"]] },
  };
  const text = stringify({ version: 1, pipeline: "p", title: "t", steps: [step] });
  await writeFile(join(folder, "linkage.yaml"), text);
  mustEnd(await dars(folder, ["link", "run", "linkage.yaml", "--out", out]), 0);
  return JSON.parse(await readFile(join(folder, out, "report.json"), "utf8")) as LinkageReport;
}

beforeAll(async () => {
  folder = await scratch("dependence");
  await writePeople(3000);
});

it("finds columns that agree together, by how much, and no others", async () => {
  const { dependence, warnings } = await report(usual, "usual");
  expect(dependence?.map(({ columns }) => columns)).toEqual([["street", "town"]]);
  expect(dependence?.[0]?.bits).toBeCloseTo(Math.log2(towns), 0.5);
  expect(warnings.join()).toContain('"street" and "town" agree together 5.');
});

it("advises one comparison for both, which is accepted as it stands and leaves nothing to find", async () => {
  const page = await readFile(join(folder, "usual", "report.html"), "utf8");
  const [, text = ""] = /<pre>([\s\S]*?)<\/pre>/.exec(page) ?? [];
  const advised = parse(text) as unknown[];
  expect(advised).toHaveLength(1);
  const { dependence } = await report([...usual.slice(0, 3), ...advised], "merged");
  expect(dependence).toEqual([]);
});
