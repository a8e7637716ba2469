import { join } from "node:path";
import type { DataSet } from "../../catalogue/dataset.ts";
import type { Session } from "../session.ts";
import { openSession, type Workspace } from "../workspace.ts";

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

/** The part of the workspace's bounds that one of two concurrent sessions gets, from 0 to 1. */
interface SessionShare {
  /** Names a spill folder of its own: two databases that spill into one folder overwrite each other. */
  readonly name: "audit" | "content";
  readonly memory: number;
  readonly threads: number;
}

/** reading: scans run. sifting: bad rows are set apart. staged: all files are written, nothing is committed. */
export type IngestStage = "reading" | "sifting" | "staged";

/** The ingest side of a workspace folder. */
export function ingestWorkspace(
  workspace: Workspace,
  catalogue: readonly DataSet[],
  now: string,
): IngestWorkspace {
  const { memoryBytes, threads } = workspace.engine;
  return {
    store: workspace.paths.store,
    catalogue,
    now,
    openSession: async (share) =>
      await openSession({
        ...workspace,
        engine: {
          temp: join(workspace.engine.temp, share.name),
          memoryBytes: Math.floor(memoryBytes * share.memory),
          threads: Math.max(1, Math.floor(threads * share.threads)),
        },
      }),
  };
}
