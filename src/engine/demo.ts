import { copyFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { InvariantError } from "../base/diagnostics.ts";
import { dataSetOf } from "../catalogue/catalogue.ts";
import { onsDeaths } from "../catalogue/ons-deaths.ts";
import { current, type Release } from "../model/release.ts";
import { type StepVersion, versionOf } from "../plan/step-version.ts";
import {
  type EvaluationFiles,
  evaluateCohort,
  evaluateDeaths,
  evaluatePersons,
  type TruthComparison,
} from "./evaluate.ts";
import { readReleases } from "./store.ts";
import { readVersions, versionFolder } from "./versions.ts";
import { openSession, type Workspace } from "./workspace.ts";

/** The supplier files and customers' lists of a landing folder, in the order of their names. */
export async function supplierFiles(landing: string): Promise<string[]> {
  const names = await readdir(landing);
  return names
    .filter((name) => /^(HES|ONS)_.*\.txt$|^NIC-.*\.csv$/.test(name))
    .sort()
    .map((name) => join(landing, name));
}

/** Puts the synthetic opt-out list where the example agreements look for it. */
export async function placeOptOuts(workspace: Workspace): Promise<void> {
  await copyFile(
    join(workspace.paths.landing, "opt-outs.dat"),
    join(workspace.root, "agreements", "opt-outs.dat"),
  );
}

/** How well each linkage of the demo agrees with the synthetic truth. */
export interface DemoTruth {
  readonly persons: TruthComparison;
  readonly deaths: TruthComparison;
  readonly cohort: TruthComparison;
}

/** How well a workspace's newest ledger and links agree with the synthetic truth in its landing folder. */
export async function evaluateDemo(workspace: Workspace): Promise<DemoTruth> {
  const releases = await readReleases(workspace.paths.store);
  const versions = await readVersions(workspace);
  const ledger = newest(versions, "hes");
  const links = newest(versions, "hes-ons.mortality");
  const dataSets = Object.keys(ledger.outputs).flatMap((name) => /^persons_(.+)$/.exec(name)?.[1] ?? []);
  const files: EvaluationFiles = {
    persons: Object.fromEntries(dataSets.map((id) => [id, outputFiles(workspace, ledger, `persons_${id}`)])),
    identity: Object.fromEntries(dataSets.map((id) => [id, identityOf(workspace, releases, id)])),
    truth: join(workspace.paths.landing, "truth"),
  };
  const session = await openSession(workspace);
  try {
    const persons = await evaluatePersons(session, files);
    const deathIdentity = identityOf(workspace, releases, onsDeaths.id);
    const deaths = outputFiles(workspace, links, "deaths");
    const linked = outputFiles(workspace, newest(versions, "cohort-hes.linked"), "linked");
    return {
      persons,
      deaths: await evaluateDeaths(session, files, deaths, deathIdentity),
      cohort: await evaluateCohort(session, files, linked),
    };
  } finally {
    session.close();
    await rm(join(workspace.engine.temp, String(process.pid)), { recursive: true, force: true });
  }
}

function newest(versions: readonly StepVersion[], chain: string): StepVersion {
  const found = versionOf(versions, chain);
  if (found === undefined) throw new InvariantError(`the demo made no version of ${chain}`);
  return found;
}

function outputFiles(workspace: Workspace, version: StepVersion, output: string): string[] {
  const folder = versionFolder(workspace, { ...version, home: "links" });
  return (version.outputs[output]?.files ?? []).map((file) => join(folder, file.path));
}

function identityOf(
  workspace: Workspace,
  releases: readonly Release[],
  dataSet: string,
): { dataSet: string; files: string[]; key: string } {
  const files = current(releases, dataSet).flatMap((release) =>
    release.identity.map((file) => join(workspace.paths.store, file.path)),
  );
  return { dataSet, files, key: dataSetOf(dataSet)?.naturalKey[0] ?? "" };
}
