import type { Blocks } from "../../../model/linkage/block/blocks.ts";
import type { RuleSize } from "../../../model/linkage/block/pair-runs.ts";
import type { SizedBlocks } from "../../../model/linkage/block/sized-blocks.ts";
import type { ResolvedRule } from "../../../model/linkage/resolved.ts";
import type { KernelInput } from "./kernel-input.ts";
import { pairsPerRecord, type Threads } from "./threads.ts";

/** What a rule brings together, and its blocks, part by part. */
export interface MadeBlocks extends RuleSize {
  readonly made: readonly (Blocks | undefined)[];
}

/** Makes a rule's blocks and counts its pairs from their sizes; no pair is looked at. Each rule once for a step. */
export async function madeBlocks(
  rule: ResolvedRule,
  input: KernelInput,
  threads: Threads,
): Promise<MadeBlocks> {
  const key = `${rule.columns.join()} ${rule.lists.join()}`;
  const known = input.blocks.get(key) ?? blocksOfParts(rule, input, threads);
  input.blocks.set(key, known);
  const parts = await known;
  return {
    pairs: parts.reduce((sum, { pairs }) => sum + pairs, 0),
    largest: parts.reduce((most, { largest }) => Math.max(most, largest), 0),
    made: parts.map(({ blocks }) => blocks),
  };
}

/** The same of several rules, one after the other. */
export async function madeBlocksOf(
  rules: readonly ResolvedRule[],
  input: KernelInput,
  threads: Threads,
): Promise<MadeBlocks[]> {
  const all: MadeBlocks[] = [];
  for (const rule of rules) all.push(await madeBlocks(rule, input, threads));
  return all;
}

/** The pairs that a rule brings together; its blocks are not kept. */
export async function sizeOfRule(rule: ResolvedRule, input: KernelInput, threads: Threads): Promise<number> {
  const parts = await blocksOfParts(rule, input, threads);
  return parts.reduce((sum, { pairs }) => sum + pairs, 0);
}

async function blocksOfParts(
  rule: ResolvedRule,
  { columns, sources, records }: KernelInput,
  threads: Threads,
): Promise<readonly SizedBlocks[]> {
  const task = { columns, sources, rule };
  return await threads.each<"blocks">(threads.parts(pairsPerRecord * records), (part) => ({
    kind: "blocks",
    task,
    part,
  }));
}
