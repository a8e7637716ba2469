import { copyFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { stringify } from "yaml";
import type { RunRecord } from "../src/engine/run/run-record.ts";
import { dars, mustEnd, scratch } from "./dars.ts";
import { digestsBelow } from "./files.ts";

const results = ["links.parquet", "clusters.parquet", "model.json", "report.json", "report.html"];

/** Records of which those of one town are all compared: 17 million pairs, and few links. */
function records(): string {
  const lines = ["id,town,name,dob"];
  for (let i = 0; i < 19_000; i++) {
    const person = i % 50 === 1 ? i - 1 : i;
    const born = `${1920 + (person % 90)}-0${1 + (person % 9)}-${10 + (person % 19)}`;
    lines.push(`${i},t${Math.floor(i / 2) % 10},n${(person * 7919) % 9973},${born}`);
  }
  return `${lines.join("\n")}\n`;
}

const exact = (column: string, m: number, u: number) => ({
  comparison: column,
  levels: [{ exact: column, m, u, term_frequency: true }],
  else: { m: 1 - m, u: 1 - u },
});

const step = {
  ...{ id: "link", kind: "match", sources: { people: { file: "people.csv", id: "id" } } },
  comparisons: [exact("name", 0.9, 0.001), exact("dob", 0.9, 0.001)],
  blocking: [["town"], ["name"]],
  lambda: 0.0001,
  threshold: 0,
};

let root = "";
let unbroken: Record<string, string> = {};
const link = (out: string, ...more: string[]) => [
  "link",
  "run",
  "linkage.yaml",
  "--out",
  out,
  "--threads",
  "2",
  ...more,
];
const written = async (out: string) => {
  const found = await digestsBelow(root, out);
  return Object.fromEntries(results.map((file) => [file, found[`${out}/${file}`]]));
};

beforeAll(async () => {
  root = await scratch("units");
  await writeFile(join(root, "people.csv"), records());
  const pipeline = { version: 1, pipeline: "linkage", title: "Linkage", steps: [step] };
  await writeFile(join(root, "linkage.yaml"), stringify(pipeline));
  mustEnd(await dars(root, link("whole")), 0);
  unbroken = (await written("whole")) as Record<string, string>;
});

afterAll(async () => await rm(root, { recursive: true }));

/** What the last run into a folder told of its scoring. */
async function toldIn(out: string): Promise<readonly string[]> {
  const runs = join(root, out, ".dars/runs");
  const names = (await readdir(runs)).filter((name) => name.endsWith("-linkage")).sort();
  const record = JSON.parse(await readFile(join(runs, names.at(-1) ?? "", "run.json"), "utf8")) as RunRecord;
  return record.steps[0]?.operations.find(({ id }) => id === "scored")?.told ?? [];
}

it("walks a large job in parts, and says so with the counted pairs", async () => {
  const [plan, ...parts] = await toldIn("whole");
  expect(plan).toMatch(/^kernel: 18,0\d\d,\d{3} pairs of 19,000 records, 4 parts on 2 threads$/);
  expect([...parts].sort()).toEqual([1, 2, 3, 4].map((n) => `part ${n} of 4 walked`));
});

it("goes on after a kill to the same bytes, and walks no finished part again", async () => {
  let sent = false;
  const broken = await dars(root, link("broken"), (stderr, kill) => {
    if (sent || !/part \d of 4 walked/.test(stderr)) return;
    sent = true;
    kill("SIGKILL");
  });
  expect({ sent, signal: broken.signal }).toEqual({ sent: true, signal: "SIGKILL" });
  const units = await keptUnits("broken");
  expect(units.length).toBeGreaterThan(0);

  // By another number of threads: the parts are those of the first run.
  mustEnd(await dars(root, [...link("broken", "--resume"), "--threads", "1"]), 0);
  const [, kept, ...walked] = await toldIn("broken");
  expect(kept).toBe(`${units.length} of 4 parts kept`);
  const open = [0, 1, 2, 3].filter((unit) => !units.includes(`${unit}.unit`));
  expect([...walked].sort()).toEqual(open.map((unit) => `part ${unit + 1} of 4 walked`));
  expect(await written("broken")).toEqual(unbroken);
  expect(await keptUnits("broken")).toEqual([]);

  const again = await dars(root, link("broken", "--resume"));
  expect(again.stderr).toContain("run/nothing-to-resume");
});

it("drops parts of other records", async () => {
  let sent = false;
  await dars(root, link("other"), (stderr, kill) => {
    if (!sent && /part \d of 4 walked/.test(stderr)) kill("SIGKILL");
    sent ||= /part \d of 4 walked/.test(stderr);
  });
  const text = await readFile(join(root, "people.csv"), "utf8");
  await copyFile(join(root, "people.csv"), join(root, "before.csv"));
  await writeFile(join(root, "people.csv"), text.replace("1,t0,n0,", "1,t0,n9999,"));
  mustEnd(await dars(root, link("other")), 0);
  expect(await toldIn("other")).toHaveLength(5);
  await copyFile(join(root, "before.csv"), join(root, "people.csv"));
});

async function keptUnits(out: string): Promise<string[]> {
  const found = await readdir(join(root, out, ".dars/runs"), { recursive: true });
  return found.flatMap((path) => path.match(/[0-9]+\.unit$/)?.[0] ?? []).sort();
}
