import { readdir, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { Refusal } from "../../base/diagnostics.ts";
import { catalogue } from "../../catalogue/catalogue.ts";
import { checkTerm } from "../../model/gate-term.ts";
import { type Plan, plan } from "../../plan/plan.ts";
import { stepKinds } from "../../plan/registry.ts";
import type { WorkspaceState } from "../../plan/resolve-inputs.ts";
import { keyName } from "../keys.ts";
import { withLock } from "../lock.ts";
import { engineVersion, productVersion } from "../product-version.ts";
import { readState } from "./load-pipeline.ts";
import { Run, stagingRoot } from "./run.ts";
import type { RunRecord } from "./run-record.ts";
import type { RunRequest } from "./run-request.ts";

/** Plans a loaded pipeline against the workspace as it stands. Errors: run/no-release, run/no-ledger, agreement/*. */
export async function planPipeline(request: Omit<RunRequest, "now" | "progress" | "signal">): Promise<{
  plan: Plan;
  state: WorkspaceState;
}> {
  const { workspace, loaded, period, asAt } = request;
  const refused =
    loaded.agreement === undefined ? [] : checkTerm(loaded.agreement, asAt, { file: loaded.agreementFile });
  if (refused.length > 0) throw new Refusal(refused);
  const state = await readState(workspace, loaded);
  const key = loaded.agreement === undefined ? "" : await keyName(workspace.rootKey);
  const result = plan({
    pipeline: loaded.pipeline,
    spanOf: loaded.spanOf,
    agreement: loaded.agreement,
    kinds: stepKinds,
    catalogue,
    state,
    period,
    asAt,
    versions: { dars: productVersion, engine: engineVersion, key },
  });
  if (result.plan === undefined) throw new Refusal(result.diagnostics);
  return { plan: result.plan, state };
}

/**
 * Runs a pipeline as the workspace's only writer. Each finished step is kept, so that a later run goes on from there.
 *
 * Errors: those of planning; run/locked; run/step-failed; run/disk-full; run/interrupted.
 */
export async function runPipeline(request: RunRequest): Promise<RunRecord> {
  const { workspace, now } = request;
  return await withLock(workspace.paths.runs, now(), async () => {
    await removeLeftovers(workspace);
    const { plan: planned, state } = await planPipeline(request);
    request.progress.planned(planned);
    const run = new Run(request, planned, state);
    return await run.execute();
  });
}

/** What a killed run left: staged results, spilled rows, and records that did not get their names. The lock is held. */
async function removeLeftovers({ root, paths, engine }: RunRequest["workspace"]): Promise<void> {
  await rm(stagingRoot(paths.runs), { recursive: true, force: true });
  // A folder outside the workspace may be another's too.
  if (!relative(root, engine.temp).startsWith("..")) await rm(engine.temp, { recursive: true, force: true });
  for (const folder of [paths.deliveries, paths.runs]) {
    const names = await readdir(folder, { recursive: true }).catch(() => []);
    const unnamed = names.filter((name) => /\.json\.\d+\.tmp$/.test(name));
    for (const name of unnamed) await rm(join(folder, name), { force: true });
  }
}
