import type { BlockingRule } from "../model.ts";

/** A rule, and the pairs that it would bring together by itself. */
export interface CountedRule {
  readonly rule: BlockingRule;
  readonly pairs: number;
}

/** Pairs that are worth it: of each rule, and of all together; of few records more of each. */
function budget(records: number): { readonly each: number; readonly all: number } {
  return { each: Math.max(600_000, 1.2 * records), all: Math.max(3_000_000, 6 * records) };
}

/**
 * The rules that fit into the budget, in the order of preference. A rule whose pairs another chosen one brings together
 * anyway is left out.
 */
export function chooseBlocking(counted: readonly CountedRule[], records: number): CountedRule[] {
  const { each, all } = budget(records);
  const affordable = counted.filter(({ pairs }) => pairs > 0 && pairs <= each);
  const chosen: CountedRule[] = [];
  let total = 0;
  for (const its of affordable) {
    if (affordable.some(({ rule }) => isWider(rule, its.rule)) || total + its.pairs > all) continue;
    chosen.push(its);
    total += its.pairs;
  }
  return chosen;
}

/** Whether every pair of a rule is a pair of the other: the other asks for a part of its columns. */
function isWider(other: BlockingRule, rule: BlockingRule): boolean {
  return other.length < rule.length && other.every((column) => rule.includes(column));
}
