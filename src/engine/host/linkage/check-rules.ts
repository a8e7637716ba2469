import { type Diagnostic, diagnostic } from "../../../base/diagnostics.ts";
import { allPairs, type RuleSize } from "../../../model/linkage/block/pair-runs.ts";
import { exactColumns } from "../../../model/linkage/resolve-model.ts";
import type { ResolvedModel, ResolvedRule } from "../../../model/linkage/resolved.ts";
import type { ResolvedMatch } from "../../../steps/match/resolve-match.ts";
import type { LinkageContext } from "./context.ts";
import type { KernelInput } from "./kernel-input.ts";
import { madeBlocks, sizeOfRule } from "./made-blocks.ts";
import { warn } from "./warnings.ts";

/**
 * Pairs that a rule may bring together where nothing else is said: half a thousand million are walked in some tens of
 * seconds, and no rule that tells people apart brings a record together with a hundred others.
 */
const [mostPairs, mostPerRecord] = [500_000_000, 100];

/** From so many pairs on, a rule that brings nearly all together is told of. */
const [worthTelling, nearlyAll] = [100_000, 0.9];

interface UsedRule {
  readonly what: "blocking" | "training" | "λ";
  readonly rule: ResolvedRule;
  readonly path: readonly (string | number)[];
}

/**
 * Tells what each rule brings together, before a pair is looked at, and warns of rules that bring none or nearly all.
 *
 * Out: link/runaway-rule for each rule all of whose pairs would be looked at, and that are more than the limit. Of a
 * training rule's pairs a sample does, so none of those runs away.
 */
export async function checkRules(
  context: LinkageContext,
  id: string,
  resolved: ResolvedMatch,
  input: KernelInput,
  stated: number | null,
): Promise<Diagnostic[]> {
  const limit = stated ?? Math.max(mostPairs, mostPerRecord * input.records);
  const all = allPairs(input.sources);
  const wrong: Diagnostic[] = [];
  const used = usedRules(resolved);
  for (const { what, rule, path } of used) {
    const { pairs, largest } = await madeBlocks(rule, input, context.threads);
    const { name } = rule;
    context.tell(
      id,
      `${what} rule ${name}: ${count(pairs)} pairs, ${count(largest)} records in its largest block`,
    );
    if (pairs === 0) warn(context, id, `${what} rule "${name}" brings no two records together`);
    const isRunaway = what !== "training" && pairs > limit;
    if (!isRunaway && pairs > nearlyAll * all && pairs >= worthTelling)
      warn(context, id, `${what} rule "${name}" brings nearly all records together: add a column to it`);
    if (!isRunaway) continue;
    const others = used.flatMap((its) => (its.what === what && its.rule !== rule ? [its.rule] : []));
    const better = await betterRules(rule, pairs, resolved.model, { others, input, context, limit });
    const told = { what, rule: name, pairs, largest, limit, better };
    wrong.push(diagnostic("link/runaway-rule", context.at(...path), told));
  }
  return wrong;
}

const count = (n: number) => n.toLocaleString("en-GB");

function usedRules({ blocking, trainingRules, lambdaRules }: ResolvedMatch): UsedRule[] {
  const used = (what: UsedRule["what"], rules: readonly ResolvedRule[], ...path: string[]) =>
    rules.map((rule, i) => ({ what, rule, path: [...path, i] }));
  return [
    ...used("blocking", blocking, "blocking"),
    ...used("training", trainingRules, "training", "rules"),
    ...used("λ", lambdaRules, "training", "lambda", "rules"),
  ];
}

/** Columns to name as advice. */
const mostAdvised = 3;

/**
 * What the rule would bring together with one column more, the fewest pairs first; not what another rule brings together
 * anyway.
 */
async function betterRules(
  rule: ResolvedRule,
  pairs: RuleSize["pairs"],
  model: ResolvedModel,
  {
    others,
    input,
    context,
    limit,
  }: { others: readonly ResolvedRule[]; input: KernelInput; context: LinkageContext; limit: number },
): Promise<{ column: string; pairs: number }[]> {
  const columns = [...new Set(model.comparisons.flatMap(exactColumns))].filter(
    (c) => !rule.columns.includes(c),
  );
  const found: { column: string; pairs: number }[] = [];
  for (const column of columns) {
    const narrower = { ...rule, columns: [...rule.columns, column] };
    if (others.some((other) => isWithin(narrower, other))) continue;
    const size = await sizeOfRule(narrower, input, context.threads);
    if (size > 0 && size < pairs / 2 && size <= limit)
      found.push({ column: model.columns[column]?.name ?? "", pairs: size });
  }
  return found.sort((a, b) => a.pairs - b.pairs).slice(0, mostAdvised);
}

/** Whether one rule asks for all that another asks for, and so brings none together that the other does not. */
function isWithin(narrower: ResolvedRule, { columns, lists }: ResolvedRule): boolean {
  return columns.every((c) => narrower.columns.includes(c)) && lists.every((c) => narrower.lists.includes(c));
}
