import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readReleases } from "../../src/engine/store.ts";
import { readVersions, versionFolder } from "../../src/engine/versions.ts";
import { differences } from "../compare.ts";
import type { Bench, Made, Side, Suite } from "../suite.ts";
import { prepareStore, runIn, scratchWorkspace, withSession } from "../workspace.ts";
import { identifyByHand } from "../yardsticks/identify.ts";

/** The pipeline of the examples, of admitted care alone. */
export const identifyPipeline = `version: 1
pipeline: identify-hes
title: HES Patient ID over admitted care
steps:
  - { id: persons, kind: identify, datasets: [hes_apc], rule_set: hesid@1, ledger: hes }
`;

const ours: Side = async (bench) => {
  const workspace = scratchWorkspace(bench);
  const file = join(bench.scratch, "identify.yaml");
  await writeFile(file, identifyPipeline);
  return async () => {
    await runIn(workspace, file);
    const version = (await readVersions(workspace)).find(({ chain }) => chain === "hes");
    if (version === undefined) throw new Error("the run made no ledger");
    const folder = versionFolder(workspace, { ...version, home: "links" });
    const [persons] = version.outputs["persons_hes_apc"]?.files ?? [];
    return { rows: persons?.rows ?? 0, files: { persons: join(folder, persons?.path ?? "") } };
  };
};

const yardstick: Side = async (bench) => {
  const identity = `read_parquet([${(await filesOf(bench, "identity")).map((path) => `'${path}'`).join(", ")}])`;
  const path = join(bench.scratch, "persons.parquet");
  return async () => {
    const rows = await withSession(bench, (session) => identifyByHand(session, identity, path));
    return { rows, files: { persons: path } };
  };
};

/** The files of a zone of admitted care in the bench's store. */
export async function filesOf(
  bench: Bench,
  zone: "content" | "identity",
  dataSet = "hes_apc",
): Promise<string[]> {
  const { store } = bench.workspace.paths;
  const releases = (await readReleases(store)).filter((release) => release.dataSet === dataSet);
  return releases.flatMap((release) => release[zone].map((file) => join(store, file.path)));
}

/** Both partitions, each person by the least of its records. */
async function compare(bench: Bench, left: Made, right: Made): Promise<string[]> {
  const partition = (path = "") =>
    `SELECT record_id, min(record_id) OVER (PARTITION BY person_id) AS person FROM read_parquet('${path}')`;
  const [a, b] = [partition(left.files["persons"]), partition(right.files["persons"])];
  return await withSession(bench, (session) => differences(session, "persons of records", a, b));
}

/** The first run of the HES Patient ID over a year of admitted care, against its rules in hand-written SQL. */
export const identifySuite: Suite = {
  name: "identify",
  prepare: prepareStore,
  works: [{ name: "hesid@1, first run", ours, yardstick, compare }],
};
