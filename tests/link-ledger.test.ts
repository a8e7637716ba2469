import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dars, mustEnd, scratch } from "./dars.ts";
import { query } from "./files.ts";

let folder = "";

/** Records of one person share a key. Between the releases E joins A, c3 leaves C, D goes and F comes. */
const first = ["a1,A", "a2,A", "b1,B", "b2,B", "c1,C", "c2,C", "c3,C", "d1,D", "e1,E", "e2,E"];
const second = ["f1,F", "e2,A", "e1,A", "c3,X", "c2,C", "c1,C", "b2,B", "b1,B", "a2,A", "a1,A", "a0,A"];

const linkage = (file: string, more = "") => `version: 1
pipeline: people
title: People
steps:
  - id: link
    kind: match
    sources:
      people: { file: ${file}, id: ref }
    comparisons:
      - comparison: key
        levels: [{ exact: key, m: 0.99, u: 0.0001 }]
    blocking: [[key]]
    lambda: 0.5
${more}`;

const release = (rows: readonly string[]) => `${["ref,key", ...rows].join("\n")}\n`;

const link = async (...args: string[]) => await dars(folder, ["link", "run", "linkage.yaml", ...args]);

/** "a1 0": each record and its cluster, in order. */
async function clustersIn(out: string): Promise<string[]> {
  const rows = await query(
    `SELECT id, cluster_id FROM read_parquet('${join(folder, out, "clusters.parquet")}') ORDER BY id`,
  );
  return rows.map(({ id, cluster_id }) => `${id} ${cluster_id}`);
}

/** "2 merge 8 0 - 2": version, event, cluster, into, from, records. */
async function ledgerIn(out: string): Promise<string[]> {
  const rows = await query(`FROM read_parquet('${join(folder, out, "ledger.parquet")}')`);
  return rows.map((row) =>
    Object.values(row)
      .map((value) => value ?? "-")
      .join(" "),
  );
}

beforeAll(async () => {
  folder = await scratch("ledger");
  await writeFile(join(folder, "first.csv"), release(first));
  await writeFile(join(folder, "second.csv"), release(second));
  await writeFile(join(folder, "linkage.yaml"), linkage("first.csv"));
  mustEnd(await link("--out", "one"), 0);
});

afterAll(async () => await rm(folder, { recursive: true }));

const kept = ["a0 0", "a1 0", "a2 0", "b1 2", "b2 2", "c1 4", "c2 4", "c3 10", "e1 0", "e2 0", "f1 9"];
const born = ["c3 9", "f1 10"];
const wanted = kept.map((row) => born.find((its) => its.slice(0, 2) === row.slice(0, 2)) ?? row);
const told = [
  "1 run 8 - - 10",
  "2 birth 9 - - 1",
  "2 birth 10 - - 1",
  "2 death 7 - - 1",
  "2 merge 8 0 - 2",
  "2 run 10 - - 11",
  "2 split 9 - 4 1",
];

describe("Cluster ids", () => {
  it("are the clusters' lowest records at first", async () => {
    expect(await clustersIn("one")).toEqual([
      "a1 0",
      "a2 0",
      "b1 2",
      "b2 2",
      "c1 4",
      "c2 4",
      "c3 4",
      "d1 7",
      "e1 8",
      "e2 8",
    ]);
    expect(await ledgerIn("one")).toEqual(["1 run 8 - - 10"]);
  });

  it.each([
    ["a folder", "one"],
    ["a file", "one/clusters.parquet"],
  ])("are kept from %s, and the ledger tells of those that are not", async (what, previous) => {
    const out = what.replace(" ", "-");
    mustEnd(await link("--input", "people=second.csv", "--previous", previous, "--out", out), 0);
    expect(await clustersIn(out)).toEqual(wanted);
    expect(await ledgerIn(out)).toEqual(told);
  });

  it("go on in the same folder, and are not given again once they are gone", async () => {
    await writeFile(join(folder, "third.csv"), release([...second.slice(1), "c4,C", "g1,G"]));
    mustEnd(await link("--input", "people=third.csv", "--previous", "a-file", "--out", "a-file"), 0);
    const rows = wanted.filter((row) => !row.startsWith("f1"));
    expect(await clustersIn("a-file")).toEqual([...rows, "c4 4", "g1 11"].sort());
    expect(await ledgerIn("a-file")).toEqual([
      ...told,
      ...["3 birth 11 - - 1", "3 death 10 - - 1", "3 run 11 - - 12"],
    ]);
  });

  it("are those of files that the specification names", async () => {
    const previous = "    previous: { clusters: one/clusters.parquet, ledger: one/ledger.parquet }\n";
    await writeFile(join(folder, "named.yaml"), linkage("second.csv", previous));
    mustEnd(await dars(folder, ["link", "run", "named.yaml", "--out", "named"]), 0);
    expect(await clustersIn("named")).toEqual(wanted);
  });

  it("do not depend on what stands in the folder for the results", async () => {
    mustEnd(await link("--input", "people=second.csv", "--out", "named"), 0);
    expect(await ledgerIn("named")).toEqual(["1 run 10 - - 11"]);
  });

  it("are kept from the step's own version before, in a workspace", async () => {
    const root = join(folder, "workspace");
    await mkdir(root);
    mustEnd(await dars(root, ["init", "."]), 0);
    await writeFile(join(root, "pipelines/people.yaml"), linkage("people.csv"));
    for (const rows of [first, second]) {
      await writeFile(join(root, "pipelines/people.csv"), release(rows));
      mustEnd(await dars(root, ["run", "pipelines/people.yaml"]), 0);
    }
    expect(await clustersIn("workspace/links/people.link/0002")).toEqual(wanted);
    expect(await ledgerIn("workspace/links/people.link/0002")).toEqual(told);
  });

  it("are all new where no record is known, which is told", async () => {
    await writeFile(join(folder, "others.csv"), release(["y1,A", "y2,A", "z1,B"]));
    const { stdout } = mustEnd(
      await link("--input", "people=others.csv", "--previous", "one", "--out", "others"),
      0,
    );
    expect(stdout).toContain("warning: no record of the linkage before is among these");
    expect(await clustersIn("others")).toEqual(["y1 9", "y2 9", "z1 10"]);
  });

  it("are not taken from anything else", async () => {
    await writeFile(join(folder, "cut.parquet"), "PAR1 and no more");
    const codes = {
      ...{ nowhere: "link/no-results", workspace: "link/no-results", "cut.parquet": "link/unreadable-file" },
      ...{ "one/links.parquet": "link/no-clusters", "first.csv": "link/no-clusters" },
    };
    const found = Object.keys(codes).map(async (previous, i) => {
      const { exit, stderr } = await link("--previous", previous, "--out", `refused-${i}`);
      return [previous, exit === 0 ? "taken" : /code: (\S+)/.exec(stderr)?.[1]] as const;
    });
    expect(Object.fromEntries(await Promise.all(found))).toEqual(codes);
  });
});
