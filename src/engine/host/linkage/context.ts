import type { SourceSpan } from "../../../base/span.ts";
import type { RulePairs } from "../../../model/linkage/block/fresh-pairs.ts";
import type { KernelInput, readKernelInput } from "./kernel-input.ts";
import type { Threads } from "./threads.ts";

/** Where a step says something: `at("comparisons", 2)`. */
export type PlaceOf = (...path: readonly (string | number)[]) => SourceSpan;

/** Told what an operation of this id is doing. */
export type Tell = (id: string, what: string) => void;

/** What the functions of one match step share: the records, read once, and threads. */
export interface LinkageContext {
  readonly threads: Threads;
  readonly input: (...args: Parameters<typeof readKernelInput>) => Promise<KernelInput>;
  /** Told what an operation is doing. */
  readonly tell: Tell;
  readonly at: PlaceOf;
  /** Where long work keeps what it has finished; undefined where nothing is kept. */
  readonly unitsFolder: string | undefined;
  /** What the analyst should look at, in the order in which it was found. */
  readonly warnings: string[];
  /** The pairs of each blocking rule, once the walk has counted them. */
  rulePairs?: readonly RulePairs[];
}
