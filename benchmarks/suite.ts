import type { Workspace } from "../src/engine/workspace.ts";

/** Sizes by rows of admitted patient care: the main input of every suite. */
export const sizes = { S: 100_000, M: 1_000_000, L: 10_000_000 } as const;

export type Size = keyof typeof sizes;

/** What a side works with. Nothing in `folder` but `scratch` changes while it is measured. */
export interface Bench {
  readonly size: Size;
  /** Prepared inputs of this size. */
  readonly folder: string;
  /** Supplier files. */
  readonly supplier: string;
  /** A workspace that holds releases, a ledger of persons and a delivery; nobody writes to it but `prepare`. */
  readonly workspace: Workspace;
  /** An empty folder of this side alone. */
  readonly scratch: string;
}

/** What one side made. */
export interface Made {
  /** Rows of the main input that were worked on. */
  readonly rows: number;
  /** The files to compare with the other side's. */
  readonly files: Readonly<Record<string, string>>;
  /** What the side's own programs took, where it starts some: then that is what is measured. */
  readonly taken?: { readonly seconds: number; readonly cpuSeconds: number; readonly peakMb: number };
}

/** One side of a piece of work: gets ready, and gives what is to be timed. */
export type Side = (bench: Bench) => Promise<() => Promise<Made>>;

/** One piece of work that both sides do. */
export interface Work {
  readonly name: string;
  readonly ours: Side;
  /** The other side, or a goal in seconds where there is none. */
  readonly yardstick: Side | { readonly goal: number };
  /** What differs between the two sides' results, a line each. */
  readonly compare?: (bench: Bench, ours: Made, yardstick: Made) => Promise<readonly string[]>;
}

export interface Suite {
  readonly name: string;
  /** What it lacks on this machine, in which case it is left out. */
  readonly isMissing?: () => string | undefined;
  /** Makes the inputs that are not there yet. */
  readonly prepare: (bench: Bench) => Promise<void>;
  readonly works: readonly Work[];
}
