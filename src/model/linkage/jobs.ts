import type { Part } from "./block/blocks.ts";
import { countDistinct, type DistinctTask } from "./block/distinct-pairs.ts";
import { type BlocksTask, type SizedBlocks, sizedBlocks } from "./block/sized-blocks.ts";
import { type WalkResult, type WalkTask, walk } from "./score/walk.ts";
import { type CountTask, countPatterns } from "./train/count-patterns.ts";
import { countAll, type ExactTask } from "./train/exact-levels.ts";
import type { CodedCounts } from "./train/pattern-codes.ts";
import { countRandom, type RandomTask } from "./train/random-pairs.ts";

/** A piece of work on the records that any thread can do: plain data and shared memory in, plain data out. */
export type Job =
  | { readonly kind: "walk"; readonly task: WalkTask; readonly part: Part }
  | { readonly kind: "patterns"; readonly task: CountTask; readonly part: Part }
  | { readonly kind: "random"; readonly task: RandomTask; readonly part: Part }
  | { readonly kind: "all"; readonly task: ExactTask; readonly part: Part }
  | { readonly kind: "distinct"; readonly task: DistinctTask; readonly part: Part }
  | { readonly kind: "blocks"; readonly task: BlocksTask; readonly part: Part };

/** What each kind of work gives. */
export interface JobResults {
  readonly walk: WalkResult;
  readonly patterns: CodedCounts;
  readonly random: Float64Array;
  readonly all: Float64Array;
  readonly distinct: number;
  readonly blocks: SizedBlocks;
}

export type JobOf<K extends Job["kind"]> = Extract<Job, { kind: K }>;

export function doJob<K extends Job["kind"]>(job: JobOf<K>): JobResults[K];
export function doJob(job: Job): JobResults[Job["kind"]] {
  switch (job.kind) {
    case "walk":
      return walk(job.task, job.part);
    case "patterns":
      return countPatterns(job.task, job.part);
    case "random":
      return countRandom(job.task, job.part);
    case "all":
      return countAll(job.task, job.part);
    case "distinct":
      return countDistinct(job.task, job.part);
    case "blocks":
      return sizedBlocks(job.task, job.part);
  }
}
