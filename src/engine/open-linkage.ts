import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MatchSpec } from "../steps/match/match-spec.ts";
import { engineBounds } from "./engine-bounds.ts";
import { type LinkageFiles, loadLinkage } from "./link-files.ts";
import { openScan } from "./operations.ts";
import { planPipeline } from "./run/run-pipeline.ts";
import { databaseBytes, Session } from "./session.ts";
import { bareWorkspace } from "./workspace.ts";

/** A linkage's specification, and a database in which its sources can be read. */
export interface OpenLinkage {
  readonly spec: MatchSpec;
  readonly session: Session;
  /** Columns that each source has. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
}

/**
 * Works on the sources of a linkage, each a view by the name that `sourceName` gives it; nothing is kept.
 *
 * Errors: those of planning a run of it.
 */
export async function withLinkage<T>(
  request: LinkageFiles,
  work: (linkage: OpenLinkage) => Promise<T>,
): Promise<T> {
  const bounds = engineBounds(request);
  const { loaded, spec } = await loadLinkage(request);
  const folder = await mkdtemp(join(tmpdir(), "dars-linkage-"));
  const workspace = bareWorkspace(folder, bounds);
  try {
    const { plan } = await planPipeline({
      workspace,
      loaded,
      period: undefined,
      asAt: new Date().toISOString().slice(0, 10),
    });
    const inputs = Object.values(plan.steps[0]?.inputs ?? {});
    const session = await Session.open({
      threads: bounds.threads,
      memoryBytes: databaseBytes(bounds.memoryBytes),
      spillFolder: folder,
    });
    try {
      for (const { resolved } of inputs) await openScan(session, resolved.scan);
      const columns = Object.fromEntries(
        Object.keys(spec.sources).map((source, i) => [
          source,
          inputs[i]?.resolved.scan.relation.columns.map(({ name }) => name) ?? [],
        ]),
      );
      return await work({ spec, session, columns });
    } finally {
      session.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
