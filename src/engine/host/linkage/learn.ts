import { matchShare, type Training, train } from "../../../model/linkage/expectation.ts";
import { type CodedCounts, levelsOfCode } from "../../../model/linkage/kernel/count-patterns.ts";
import { allPairs } from "../../../model/linkage/kernel/pair-runs.ts";
import type { LearnedModel, LearnedSession } from "../../../model/linkage/learned.ts";
import type { Parameters } from "../../../model/linkage/parameters.ts";
import type { PatternCounts } from "../../../model/linkage/patterns.ts";
import { withoutMatches } from "../../../model/linkage/random-shares.ts";
import type { ResolvedModel, ResolvedRule } from "../../../model/linkage/resolved.ts";
import {
  combineSessions,
  comparedIn,
  lambdaAmong,
  startParameters,
} from "../../../model/linkage/sessions.ts";
import { type Learning, type TrainedModel, trainedModel } from "../../../model/linkage/trained-model.ts";
import type { MatchPlan, ResolvedMatch } from "../../../steps/match/resolve-match.ts";
import type { HostFunction } from "../../operations.ts";
import type { KernelInput } from "./kernel-input.ts";
import type { LinkageContext } from "./linkage-functions.ts";
import { matchOf } from "./match-params.ts";
import { randomLevels } from "./random-levels.ts";
import { pairsPerRecord, type Threads } from "./threads.ts";

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
    const { ids, learned: known } = call.params;
    const plans = { ...plan, sources: ids as TrainedModel["sources"] };
    const model = trainedModel(
      plans,
      known === null ? learned : { ...learned, ...(known as Partial<Learning>) },
    );
    async function* one() {
      yield [[`${JSON.stringify(model, undefined, 1)}\n`]];
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
  const found = await randomLevels(plan.comparisons, resolved.model, input, threads);
  const candidates =
    training.lambda === "learned"
      ? await countCandidates(training.pairs, resolved, input, threads)
      : undefined;
  let lambda = await findLambda(training, resolved, input, threads);
  const counted: CountedRule[] = [];
  for (const rule of resolved.trainingRules) {
    counted.push(await countRule(rule, training.pairs, resolved.model, input, threads));
  }
  let shares = found.map((its) => its?.shares);
  for (let round = 0; ; round++) {
    const start = startParameters(comparisons, lambda, shares);
    const sessions = counted.map((its) => learnSession(its, start, resolved.model));
    const learned = combineSessions(start, sessions, comparisons);
    if (candidates !== undefined) lambda = matchShare(candidates.patterns, learned, candidates);
    if (round === rounds) return { parameters: { ...learned, lambda }, sessions };
    shares = found.map((its, c) => its && withoutMatches(its, lambda, learned.comparisons[c] ?? []));
  }
}

/** Rounds after the first, in which u is freed of what m says of matches among random pairs. */
const rounds = 4;

/** The share of matches to begin with where it is learned: a few for each record. */
const startMatches = 0.5;

async function findLambda(
  { lambda }: NonNullable<MatchPlan["training"]>,
  { lambdaRules }: ResolvedMatch,
  { columns, sources, records }: KernelInput,
  threads: Threads,
): Promise<number> {
  if (typeof lambda === "number") return lambda;
  if (lambda === "learned") return Math.min(0.1, (startMatches * records) / allPairs(sources));
  const task = { columns, sources, rules: lambdaRules };
  const found = await threads.each<"distinct">(threads.parts(pairsPerRecord * records), (part) => ({
    kind: "distinct",
    task,
    part,
  }));
  return found.reduce((sum, n) => sum + n, 0) / (lambda.recall * allPairs(sources));
}

/** Greatest change at which a session ends, and its most iterations, as Splink has them. */
const [tolerance, mostIterations] = [1e-4, 25];

/** The pairs of a training rule, counted by their patterns. */
interface CountedRule {
  readonly rule: ResolvedRule;
  readonly compared: readonly boolean[];
  readonly pairs: number;
  readonly patterns: PatternCounts;
}

async function countRule(
  rule: ResolvedRule,
  mostPairs: number,
  model: ResolvedModel,
  { columns, sources, records }: KernelInput,
  threads: Threads,
): Promise<CountedRule> {
  const compared = comparedIn(model, rule);
  const parts = threads.parts(pairsPerRecord * records);
  const sizes = await threads.each<"pairs">(parts, (part) => ({
    kind: "pairs",
    task: { columns, sources, rule },
    part,
  }));
  const pairs = sizes.reduce((sum, n) => sum + n, 0);
  const task = { model, columns, sources, rule, compared, share: Math.min(1, mostPairs / pairs) };
  const counted = await threads.each<"patterns">(parts, (part) => ({ kind: "patterns", task, part }));
  return { rule, compared, pairs, patterns: joinPatterns(counted, model) };
}

/** The candidate pairs of all blocking rules, each once, by their patterns; a sample where there are many. */
async function countCandidates(
  mostPairs: number,
  { model, blocking }: ResolvedMatch,
  { columns, sources, records }: KernelInput,
  threads: Threads,
): Promise<{ readonly patterns: PatternCounts; readonly counted: number; readonly all: number }> {
  const parts = threads.parts(pairsPerRecord * records);
  const compared = model.comparisons.map(() => true);
  const rules = blocking.map((rule, place) => ({
    columns,
    sources,
    rule,
    earlier: blocking.slice(0, place),
  }));
  const sizes: number[] = [];
  for (const task of rules) {
    sizes.push(...(await threads.each<"pairs">(parts, (part) => ({ kind: "pairs", task, part }))));
  }
  const share = Math.min(1, mostPairs / sizes.reduce((sum, n) => sum + n, 1));
  const counted: CodedCounts[] = [];
  for (const rule of rules) {
    const task = { model, compared, share, ...rule };
    counted.push(...(await threads.each<"patterns">(parts, (part) => ({ kind: "patterns", task, part }))));
  }
  return { patterns: joinPatterns(counted, model), counted: share, all: allPairs(sources) };
}

function learnSession(
  { rule, compared, pairs, patterns }: CountedRule,
  start: Parameters,
  model: ResolvedModel,
): LearnedSession {
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
