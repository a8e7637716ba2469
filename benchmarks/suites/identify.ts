import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { differences } from "../compare.ts";
import { filesOf, outputFiles, readFiles, recordsOf } from "../stored.ts";
import type { Bench, Made, Side, Suite } from "../suite.ts";
import { identifyPipeline, prepareStore, runIn, scratchWorkspace, withSession } from "../workspace.ts";
import { identifyByHand } from "../yardsticks/identify.ts";

const ours: Side = async (bench) => {
  const workspace = scratchWorkspace(bench);
  const file = join(bench.scratch, "identify.yaml");
  await writeFile(file, identifyPipeline);
  const rows = await recordsOf(bench);
  return async () => {
    await runIn(workspace, file);
    const [persons] = await outputFiles(workspace, "hes", "persons_hes_apc");
    return { rows, files: { persons: persons ?? "" } };
  };
};

const yardstick: Side = async (bench) => {
  const identity = readFiles(await filesOf(bench, "identity", "hes_apc"));
  const path = join(bench.scratch, "persons.parquet");
  return async () => {
    const rows = await withSession(bench, (session) => identifyByHand(session, identity, path));
    return { rows, files: { persons: path } };
  };
};

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
