import type { DataSet } from "../../catalogue/dataset.ts";
import type { Session } from "../session.ts";
import { openSession, type SessionShare, type Workspace } from "../workspace.ts";

/** What ingest may touch, as arguments. */
export interface IngestWorkspace {
  /** Root of the store. */
  readonly store: string;
  readonly catalogue: readonly DataSet[];
  /** ISO 8601 in UTC; becomes the release's `received`. */
  readonly now: string;
  readonly openSession: (share: SessionShare) => Promise<Session>;
  /** Told of each stage as it is reached, for progress. */
  readonly onStage?: (stage: IngestStage) => void | Promise<void>;
}

/** reading: scans run. sifting: bad rows are set apart. staged: all files are written, nothing is committed. */
export type IngestStage = "reading" | "sifting" | "staged";

/** The ingest side of a workspace folder. */
export function ingestWorkspace(
  workspace: Workspace,
  catalogue: readonly DataSet[],
  now: string,
): IngestWorkspace {
  return {
    store: workspace.paths.store,
    catalogue,
    now,
    openSession: async (share) => await openSession(workspace, share),
  };
}
