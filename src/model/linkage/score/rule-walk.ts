import type { Blocks } from "../block/blocks.ts";
import { countPairs, visitBlock } from "../block/pair-runs.ts";
import type { ResolvedRule } from "../resolved.ts";
import type { KernelColumn } from "../values/columns.ts";
import { signWords } from "../values/text-values.ts";
import { isSingle, type JointStage, type SingleStage } from "./stages.ts";
import type { TextStage } from "./text-stage.ts";
import type { WalkTask } from "./walk.ts";

/** What is looked at of one comparison before a pair is scored: values' numbers, then signatures. */
export interface Stages {
  readonly byNumber: SingleStage | JointStage;
  readonly byText: TextStage | undefined;
}

/** A comparison of one column: its values' numbers in the order of a rule's blocks, and what a pair gets of it. */
interface Ordered {
  readonly numbers: Int32Array;
  readonly same: Float64Array;
  readonly none: number;
  readonly differ: number;
}

type Four = readonly [Ordered, Ordered, Ordered, Ordered];

/** What is looked at after the first four: the most that what comes after it can add is in `rest`. */
interface LaterNumbers {
  readonly stage: SingleStage | JointStage;
  readonly numbers: readonly Int32Array[];
  readonly rest: number;
}

interface LaterText {
  readonly stage: TextStage;
  readonly numbers: Int32Array;
  /** The signs of each record's value in the order of the blocks, where there are pairs enough to pay for that. */
  readonly gathered: Int32Array | undefined;
}

/** From so many pairs a record on, signs are put in the order of the blocks. */
const pairsWorthOrder = 4;

/**
 * The pairs of one rule, with what each can reach at most. Comparisons whose columns the rule settles are looked at once
 * a block; four of one column in a written-out loop over a record and those after it; of the pairs that remain the other
 * comparisons, then signatures.
 */
export class RuleWalk {
  readonly #task: WalkTask;
  readonly #blocks: Blocks;
  readonly #settled: readonly (SingleStage | JointStage)[];
  readonly #four: Four;
  /** The least sum with which a pair goes on after the first four. */
  readonly #limit: number;
  readonly #numbers: readonly LaterNumbers[];
  readonly #texts: readonly LaterText[];
  readonly #keep: (i: number, j: number) => void;

  /**
   * In: columns in the order of the blocks. `keep` is given the places of every pair that may reach the least weight,
   * the lower record's first.
   */
  constructor(
    task: WalkTask,
    rule: ResolvedRule,
    blocks: Blocks,
    stages: readonly Stages[],
    keep: (i: number, j: number) => void,
  ) {
    this.#task = task;
    this.#blocks = blocks;
    this.#keep = keep;
    const isSettled = ({ byNumber }: Stages) =>
      byNumber.columns.every((column) => rule.columns.includes(column));
    this.#settled = stages.filter(isSettled).map(({ byNumber }) => byNumber);
    const open = stages.filter((its) => !isSettled(its));
    const singles = open
      .map(({ byNumber }) => byNumber)
      .filter(isSingle)
      .sort((a, b) => b.most - b.whenDiffer - (a.most - a.whenDiffer));
    const joint = open
      .map(({ byNumber }) => byNumber)
      .filter((stage): stage is JointStage => !isSingle(stage));
    const rest = [...singles.slice(4), ...joint].sort((a, b) => b.most - a.most);
    this.#four = fourOf(task, blocks, singles.slice(0, 4));
    this.#limit = task.least - mostOf(rest);
    this.#numbers = rest.map((stage, i) => ({
      stage,
      numbers: stage.columns.map((column) => idsOf(task, column)),
      rest: mostOf(rest.slice(i + 1)),
    }));
    const isWide = countPairs(blocks, task.sources) >= pairsWorthOrder * blocks.order.length;
    this.#texts = open
      .flatMap(({ byText }) => (byText === undefined ? [] : [byText]))
      .sort((a, b) => b.gain - a.gain)
      .map((stage) => {
        const numbers = idsOf(task, stage.column);
        return { stage, numbers, gathered: isWide ? gatherSigns(stage.signs, numbers) : undefined };
      });
  }

  /** Returns how many pairs there are. */
  run(): number {
    const { starts } = this.#blocks;
    let [pairs, base] = [0, 0];
    const row = (i: number, first: number, last: number) => this.#row(i, first, last, base);
    for (let block = 0; block + 1 < starts.length; block++) {
      const [from, to] = [starts[block] as number, starts[block + 1] as number];
      base = this.#base(from);
      pairs += visitBlock(this.#blocks, this.#task.sources, from, to, row);
    }
    return pairs;
  }

  /** What is settled for a block, by its first record. */
  #base(record: number): number {
    let base = this.#task.weights.prior;
    for (const stage of this.#settled) {
      base += stage.whenSame(stage.columns.map((column) => idsOf(this.#task, column)[record] as number));
    }
    return base;
  }

  /** Pairs of one record with a run of later ones. Written out, as a loop over comparisons takes four times as long. */
  #row(i: number, from: number, to: number, base: number): void {
    const [c0, c1, c2, c3] = this.#four;
    const [n0, n1, n2, n3] = [c0.numbers, c1.numbers, c2.numbers, c3.numbers];
    const [a0, a1, a2, a3] = [n0[i] as number, n1[i] as number, n2[i] as number, n3[i] as number];
    const same0 = c0.same[a0] as number;
    const same1 = c1.same[a1] as number;
    const same2 = c2.same[a2] as number;
    const same3 = c3.same[a3] as number;
    const [none0, none1, none2, none3] = [c0.none, c1.none, c2.none, c3.none];
    const differ0 = a0 === 0 ? none0 : c0.differ;
    const differ1 = a1 === 0 ? none1 : c1.differ;
    const differ2 = a2 === 0 ? none2 : c2.differ;
    const differ3 = a3 === 0 ? none3 : c3.differ;
    const limit = this.#limit;
    for (let j = from; j < to; j++) {
      const b0 = n0[j] as number;
      const b1 = n1[j] as number;
      const b2 = n2[j] as number;
      const b3 = n3[j] as number;
      let sum = base;
      sum += b0 === a0 ? same0 : b0 === 0 ? none0 : differ0;
      sum += b1 === a1 ? same1 : b1 === 0 ? none1 : differ1;
      sum += b2 === a2 ? same2 : b2 === 0 ? none2 : differ2;
      sum += b3 === a3 ? same3 : b3 === 0 ? none3 : differ3;
      if (sum >= limit) this.#later(i, j, sum);
    }
  }

  /** What the first four left of a pair. */
  #later(i: number, j: number, before: number): void {
    const { least } = this.#task;
    let sum = before;
    const numbers = this.#numbers;
    for (let k = 0; k < numbers.length; k++) {
      const { stage, numbers: its, rest } = numbers[k] as LaterNumbers;
      sum += stage.boundOf(its, i, j);
      if (sum + rest < least) return;
    }
    const texts = this.#texts;
    for (let k = 0; k < texts.length; k++) {
      const { stage, numbers: its, gathered } = texts[k] as LaterText;
      const a = its[i] as number;
      const b = its[j] as number;
      if (a === b || a === 0 || b === 0) continue;
      sum += gathered === undefined ? stage.changeOf(stage.signs, a, b) : stage.changeOf(gathered, i, j);
      if (sum < least) return;
    }
    this.#keep(i, j);
  }
}

function idsOf({ columns }: WalkTask, column: number): Int32Array {
  return (columns[column] as KernelColumn).ids;
}

function gatherSigns(signs: Int32Array, numbers: Int32Array): Int32Array {
  const gathered = new Int32Array(signWords * numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const [from, to] = [signWords * (numbers[i] as number), signWords * i];
    for (let w = 0; w < signWords; w++) gathered[to + w] = signs[from + w] as number;
  }
  return gathered;
}

/** Four comparisons; where there are fewer, some that add nothing. */
function fourOf(task: WalkTask, { order }: Blocks, singles: readonly SingleStage[]): Four {
  const [silent, nothing] = [new Int32Array(order.length), new Float64Array(1)];
  const four = [0, 1, 2, 3].map((c): Ordered => {
    const stage = singles[c];
    if (stage === undefined) return { numbers: silent, same: nothing, none: 0, differ: 0 };
    const numbers = idsOf(task, stage.columns[0] as number);
    return { numbers, same: stage.same, none: stage.same[0] as number, differ: stage.whenDiffer };
  });
  return four as unknown as Four;
}

function mostOf(stages: readonly { readonly most: number }[]): number {
  return stages.reduce((sum, { most }) => sum + most, 0);
}
