import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deathColumns } from "../../src/steps/link/columns.ts";
import { differences } from "../compare.ts";
import { filesOf, ledgerFiles, outputFiles, readFiles, recordsOf } from "../stored.ts";
import type { Bench, Made, Side, Suite } from "../suite.ts";
import { prepareLedger, runIn, scratchWorkspace, withSession } from "../workspace.ts";
import { linkByHand } from "../yardsticks/link.ts";

const linkPipeline = `version: 1
pipeline: hes-ons
title: Admitted care linked to registered deaths
steps:
  - { id: mortality, kind: link, rule_set: hes-ons@1, ledger: hes, deaths: ons_deaths, datasets: [hes_apc] }
`;

const ours: Side = async (bench) => {
  const workspace = scratchWorkspace(bench);
  const file = join(bench.scratch, "link.yaml");
  await writeFile(file, linkPipeline);
  await cp(join(bench.workspace.paths.links, "hes"), join(workspace.paths.links, "hes"), { recursive: true });
  const rows = await recordsOf(bench);
  return async () => {
    await runIn(workspace, file);
    const [deaths] = await outputFiles(workspace, "hes-ons.mortality", "deaths");
    return { rows, files: { deaths: deaths ?? "" } };
  };
};

const yardstick: Side = async (bench) => {
  const sources = {
    deathsIdentity: readFiles(await filesOf(bench, "identity", "ons_deaths")),
    deathsContent: readFiles(await filesOf(bench, "content", "ons_deaths")),
    profiles: readFiles(await ledgerFiles(bench, "profiles")),
    content: readFiles(await filesOf(bench, "content", "hes_apc")),
    persons: readFiles(await ledgerFiles(bench, "persons_hes_apc")),
  };
  const path = join(bench.scratch, "deaths.parquet");
  const rows = await recordsOf(bench);
  return async () => {
    await withSession(bench, (session) => linkByHand(session, sources, path));
    return { rows, files: { deaths: path } };
  };
};

/** The deaths of persons, every column. */
async function compare(bench: Bench, left: Made, right: Made): Promise<string[]> {
  const names = deathColumns.map(({ name }) => name).join(", ");
  const query = ({ files }: Made) => `SELECT ${names} FROM ${readFiles([files["deaths"] ?? ""])}`;
  return await withSession(bench, (session) =>
    differences(session, "deaths of persons", query(left), query(right)),
  );
}

/** Registered deaths of a year and deaths in hospital, against the same rules in hand-written SQL. */
export const linkSuite: Suite = {
  name: "link",
  prepare: prepareLedger,
  works: [{ name: "hes-ons@1, first run", ours, yardstick, compare }],
};
