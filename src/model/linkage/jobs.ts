import type { Part } from "./block/blocks.ts";
import { countDistinct, type DistinctTask } from "./block/distinct-pairs.ts";
import { countPairs } from "./block/pair-runs.ts";
import { ruleBlocks } from "./block/rule-blocks.ts";
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
  | { readonly kind: "pairs"; readonly task: PairsTask; readonly part: Part };

/** The pairs of one rule, to be counted. */
interface PairsTask extends Pick<CountTask, "columns" | "sources" | "rule"> {}

/** What each kind of work gives. */
export interface JobResults {
  readonly walk: WalkResult;
  readonly patterns: CodedCounts;
  readonly random: Float64Array;
  readonly all: Float64Array;
  readonly distinct: number;
  readonly pairs: number;
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
    case "pairs": {
      const { columns, rule, sources } = job.task;
      if (rule.lists.length > 0) return countDistinct({ columns, sources, rules: [rule] }, job.part);
      return countPairs(ruleBlocks(rule, columns, job.part), sources);
    }
  }
}
