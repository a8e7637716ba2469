import { type Training, train } from "../../../model/linkage/expectation.ts";
import { type CodedCounts, levelsOfCode } from "../../../model/linkage/kernel/count-patterns.ts";
import { allPairs } from "../../../model/linkage/kernel/pair-runs.ts";
import type { LearnedModel, LearnedSession } from "../../../model/linkage/learned.ts";
import type { Parameters } from "../../../model/linkage/parameters.ts";
import type { PatternCounts } from "../../../model/linkage/patterns.ts";
import type { ResolvedModel, ResolvedRule } from "../../../model/linkage/resolved.ts";
import {
  combineSessions,
  comparedIn,
  lambdaAmong,
  startParameters,
} from "../../../model/linkage/sessions.ts";
import type { MatchPlan, ResolvedMatch } from "../../../steps/match/resolve-match.ts";
import type { HostFunction } from "../../operations.ts";
import type { KernelInput } from "./kernel-input.ts";
import type { LinkageContext } from "./linkage-functions.ts";
import { matchOf } from "./match-params.ts";
import { randomLevels } from "./random-levels.ts";
import type { Threads } from "./threads.ts";

/**
 * The host function `learn@1`: the numbers of a model, from what it fixes and from the records.
 *
 * Out: the model's text.
 */
export function learn(context: LinkageContext): HostFunction {
  return async (session, call) => {
    const { plan, resolved } = matchOf(call);
    const input = await context.input(session, call.id, resolved);
    const learned = await learnModel(plan, resolved, input, context.threads);
    async function* one() {
      yield [[JSON.stringify(learned)]];
    }
    return await session.load(call.id, call.output, one());
  };
}

async function learnModel(
  plan: MatchPlan & { readonly lambda: number | null },
  resolved: ResolvedMatch,
  input: KernelInput,
  threads: Threads,
): Promise<LearnedModel> {
  const { training, comparisons } = plan;
  if (training === undefined) {
    return { parameters: startParameters(comparisons, plan.lambda ?? 1e-4, []), sessions: [] };
  }
  const foundU = await randomLevels(plan.comparisons, resolved.model, input, threads);
  const lambda = await findLambda(training, resolved, input, threads);
  const start = startParameters(comparisons, lambda, foundU);
  const sessions: LearnedSession[] = [];
  for (const rule of resolved.trainingRules) {
    sessions.push(await learnSession(rule, start, training.pairs, resolved.model, input, threads));
  }
  return { parameters: combineSessions(start, sessions, comparisons), sessions };
}

async function findLambda(
  { lambda }: NonNullable<MatchPlan["training"]>,
  { lambdaRules }: ResolvedMatch,
  { columns, sources, records }: KernelInput,
  threads: Threads,
): Promise<number> {
  if (typeof lambda === "number") return lambda;
  const task = { columns, sources, rules: lambdaRules };
  const found = await threads.each<"distinct">(threads.parts(records), (part) => ({
    kind: "distinct",
    task,
    part,
  }));
  return found.reduce((sum, n) => sum + n, 0) / (lambda.recall * allPairs(sources));
}

/** Greatest change at which a session ends, and its most iterations, as Splink has them. */
const [tolerance, mostIterations] = [1e-4, 25];

async function learnSession(
  rule: ResolvedRule,
  start: Parameters,
  mostPairs: number,
  model: ResolvedModel,
  { columns, sources, records }: KernelInput,
  threads: Threads,
): Promise<LearnedSession> {
  const compared = comparedIn(model, rule);
  const parts = threads.parts(records);
  const sizes = await threads.each<"pairs">(parts, (part) => ({
    kind: "pairs",
    task: { columns, sources, rule },
    part,
  }));
  const pairs = sizes.reduce((sum, n) => sum + n, 0);
  const task = { model, columns, sources, rule, compared, share: Math.min(1, mostPairs / pairs) };
  const counted = await threads.each<"patterns">(parts, (part) => ({ kind: "patterns", task, part }));
  const patterns = joinPatterns(counted, model);
  const training: Training = { compared, fixesU: true, tolerance, mostIterations };
  const own = { ...start, lambda: lambdaAmong(rule, model, start) };
  const { parameters, history, converged } = train(patterns, own, training);
  return {
    rule: rule.name,
    pairs,
    counted: patterns.counts.reduce((sum, n) => sum + n, 0),
    compared,
    parameters,
    history: history.map(({ parameters: at, logLikelihood }) => ({ lambda: at.lambda, logLikelihood })),
    converged,
  };
}

function joinPatterns(parts: readonly CodedCounts[], model: ResolvedModel): PatternCounts {
  const all = new Map<number, number>();
  for (const { codes, counts } of parts) {
    for (const [i, code] of codes.entries()) all.set(code, (all.get(code) ?? 0) + (counts[i] as number));
  }
  const codes = [...all.keys()].sort((a, b) => a - b);
  const levels = model.comparisons.map(() => new Int8Array(codes.length));
  for (const [i, code] of codes.entries())
    for (const [c, level] of levelsOfCode(code, model).entries()) (levels[c] as Int8Array)[i] = level;
  return { levels, counts: Float64Array.from(codes, (code) => all.get(code) ?? 0) };
}
