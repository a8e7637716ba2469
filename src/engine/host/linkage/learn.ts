import { refuse } from "../../../base/diagnostics.ts";
import { allPairs } from "../../../model/linkage/block/pair-runs.ts";
import type { LevelNumbers } from "../../../model/linkage/model.ts";
import type { Parameters } from "../../../model/linkage/parameters.ts";
import type { ResolvedModel } from "../../../model/linkage/resolved.ts";
import type { Coincidence } from "../../../model/linkage/train/dependence.ts";
import {
  matchShare,
  type Training,
  type TrainingResult,
  train,
} from "../../../model/linkage/train/expectation.ts";
import { learnFromMatches } from "../../../model/linkage/train/known-matches.ts";
import {
  type LearnedModel,
  type LearnedSession,
  learnedSession,
} from "../../../model/linkage/train/learned.ts";
import { learningGaps } from "../../../model/linkage/train/learning-gaps.ts";
import { termConstants } from "../../../model/linkage/train/pattern-codes.ts";
import { randomShares } from "../../../model/linkage/train/random-shares.ts";
import {
  combineSessions,
  lambdaAmong,
  numbersOf,
  sessionPairs,
  startParameters,
} from "../../../model/linkage/train/sessions.ts";
import {
  comparedLikeSplink,
  startLikeSplink,
  trainLikeSplink,
} from "../../../model/linkage/train/splink-training.ts";
import {
  type Learning,
  type TrainedModel,
  trainedModel,
} from "../../../model/linkage/train/trained-model.ts";
import { patternsTable } from "../../../steps/match/compile-training.ts";
import type { MatchPlan, ResolvedMatch } from "../../../steps/match/resolve-match.ts";
import { checkLabels } from "../../labels.ts";
import type { HostFunction } from "../../operations.ts";
import { checkDependence } from "./check-dependence.ts";
import { doublesOf } from "./columns.ts";
import type { LinkageContext, PlaceOf } from "./context.ts";
import { type CountedRule, countCandidates, countRule, countTrainingRules } from "./count-rules.ts";
import type { KernelInput } from "./kernel-input.ts";
import { knownMatches, type LabelledPairs } from "./known-matches.ts";
import { madeBlocksOf } from "./made-blocks.ts";
import { matchOf } from "./match-params.ts";
import { randomLevels } from "./random-levels.ts";
import { pairsPerRecord, type Threads } from "./threads.ts";
import { warn } from "./warnings.ts";

/**
 * The host function `learn@1`: the numbers of a model, from what it fixes and from the records.
 *
 * Out: the model's text.
 */
export function learn(context: LinkageContext): HostFunction {
  return async (session, call, inputText) => {
    const { plan, resolved } = matchOf(call);
    const input = await context.input(session, call.id, resolved);
    const { labels } = plan.training ?? {};
    if (labels !== undefined) await checkLabels(session, labels.file);
    const labelled = labels === undefined ? undefined : await doublesOf(session, call.id, inputText, 3);
    const learned = await learnModel(plan, {
      ...{ resolved, input, threads: context.threads },
      labelled: labelled as unknown as LabelledPairs | undefined,
      inSql:
        call.params["patterns"] === true
          ? await doublesOf(
              session,
              call.id,
              `SELECT * FROM ${patternsTable}`,
              resolved.model.comparisons.length + 2,
            )
          : undefined,
      tell: (what) => context.tell(call.id, what),
      at: context.at,
    });
    for (const gap of learningGaps(plan.comparisons, resolved.model, learned)) warn(context, call.id, gap);
    const { ids, learned: known } = call.params;
    const plans = { ...plan, sources: ids as TrainedModel["sources"] };
    const more =
      plan.training === undefined
        ? ((known ?? {}) as Partial<Learning>)
        : {
            dependence: await checkDependence(
              plan.comparisons,
              resolved.model,
              learned.parameters,
              input,
              context.threads,
            ),
          };
    tellDependence(more.dependence ?? [], context, call.id);
    const model = trainedModel(plans, { ...learned, ...more });
    async function* one() {
      yield [[`${JSON.stringify(model, undefined, 1)}\n`]];
    }
    return await session.load(call.id, call.output, one());
  };
}

/** Tells which columns agree together, and warns of those that one comparison should look at. */
function tellDependence(found: readonly Coincidence[], context: LinkageContext, id: string): void {
  for (const { columns, bits, advice } of found) {
    const together = `"${columns.join('" and "')}" agree together ${bits.toFixed(1)} bits beyond chance`;
    context.tell(id, together);
    if (advice === undefined) continue;
    warn(
      context,
      id,
      `${together} among pairs that are no match: the report has one comparison for both, ready to paste`,
    );
  }
}

/** What is learned from, and with how many hands. */
interface Material {
  readonly resolved: ResolvedMatch;
  readonly input: KernelInput;
  readonly threads: Threads;
  /** Pairs that people have judged, where the model learns from them. */
  readonly labelled: LabelledPairs | undefined;
  /** The training rules' pairs by pattern, where SQL counted them: rule, the level of each comparison, and count. */
  readonly inSql: readonly Float64Array[] | undefined;
  /** Told what is being learned. */
  readonly tell: (what: string) => void;
  readonly at: PlaceOf;
}

type TrainingPlan = NonNullable<MatchPlan["training"]>;

async function learnModel(
  { training, comparisons, lambda }: MatchPlan & { readonly lambda: number | null },
  material: Material,
): Promise<LearnedModel> {
  const stated = comparisons.map(numbersOf);
  if (training === undefined) {
    return { parameters: startParameters(stated, lambda ?? 1e-4, []), sessions: [] };
  }
  return training.like === "splink"
    ? await learnLikeSplink(training, stated, material)
    : await learnSessions(training, stated, material);
}

/** Pairs of values that are all looked at for u. */
const valuePairs = 2_000_000;

async function learnSessions(
  training: TrainingPlan,
  stated: Stated,
  material: Material,
): Promise<LearnedModel> {
  const { resolved, input, threads, labelled, inSql, tell } = material;
  const { model } = resolved;
  const { pairs = sessionPairs } = training;
  const matches = await knownMatches(resolved, labelled, pairs, input, threads);
  const found = await randomLevels(stated, model, input, threads, valuePairs);
  const candidates =
    training.lambda === "learned" ? await countCandidates(pairs, resolved, input, threads) : undefined;
  let lambda = await findLambda(training, material);
  const counted = await countTrainingRules(resolved, pairs, input, threads, inSql);
  let learned: Parameters | undefined;
  for (let round = 0; ; round++) {
    const shares = found.map(
      (its, c) => its && randomShares(its, stated[c] ?? [], lambda, learned?.comparisons[c] ?? []),
    );
    const start = startParameters(stated, lambda, shares);
    const sessions =
      matches === undefined
        ? counted.map((its) => learnSession(its, start, model, { stated, fixesU: training.u === "random" }))
        : [sessionOfMatches(matches, start, stated)];
    learned = combineSessions(start, sessions);
    if (candidates !== undefined) lambda = matchShare(candidates.patterns, learned, candidates);
    if (round < rounds) continue;
    for (const session of sessions) tell(sessionText(session));
    return { parameters: { ...learned, lambda }, sessions };
  }
}

type Stated = readonly (readonly LevelNumbers[])[];

/** Rounds after the first, in which u is freed of what m says of matches among random pairs. */
const rounds = 4;

/** The share of matches to begin with where it is learned: a few for each record. */
const startMatches = 0.5;

/** Errors: link/lambda where the rules find more pairs than there could be matches. */
async function findLambda(
  { lambda }: TrainingPlan,
  { resolved: { lambdaRules }, input, threads, at }: Material,
): Promise<number> {
  if (typeof lambda === "number") return lambda;
  const { columns, sources, records } = input;
  if (lambda === "learned") return Math.min(0.1, (startMatches * records) / allPairs(sources));
  const blocks = await madeBlocksOf(lambdaRules, input, threads);
  const task = { columns, sources, rules: lambdaRules, made: blocks.map(({ made }) => made) };
  const found = await threads.each<"distinct">(threads.parts(pairsPerRecord * records), (part) => ({
    kind: "distinct",
    task,
    part,
  }));
  const pairs = found.reduce((sum, n) => sum + n, 0);
  const all = allPairs(sources);
  const share = pairs / (lambda.recall * all);
  if (share >= 1)
    refuse("link/lambda", at("training", "lambda"), { found: pairs, recall: lambda.recall, all });
  return share;
}

/** Greatest change at which a session ends, as Splink has it, and its most iterations; there and here. */
const ends = { tolerance: 1e-4, mostIterations: 100 };
const splinkIterations = 25;

function learnSession(
  counted: CountedRule,
  start: Parameters,
  model: ResolvedModel,
  how: Pick<Training, "stated" | "fixesU">,
): LearnedSession {
  const own = { ...start, lambda: lambdaAmong(counted.rule, model, start) };
  const training = { compared: counted.compared, ...how, ...ends };
  return learnedSession(counted, train(counted.patterns, own, training), how);
}

/** What is kept of learning from known matches: all of it is counted at once. */
function sessionOfMatches(matches: CountedRule, start: Parameters, stated: Stated): LearnedSession {
  const parameters = learnFromMatches(matches.patterns, start, { compared: matches.compared, stated });
  const { rule, compared, pairs, patterns } = matches;
  const counted = patterns.counts.reduce((sum, n) => sum + n, 0);
  return { rule: rule.name, pairs, counted, compared, parameters, history: [], converged: true };
}

/** How a session went, for people. */
function sessionText({ rule, pairs, history, converged }: LearnedSession): string {
  const went = history.length === 0 ? "counted" : `${history.length} iterations`;
  return `${rule}: ${pairs.toLocaleString("en-GB")} pairs, ${went}${converged ? "" : ", not settled"}`;
}

/** As Splink does: all pairs of a session where nothing else is asked for, with their term frequencies. */
async function learnLikeSplink(
  training: TrainingPlan,
  stated: Stated,
  material: Material,
): Promise<LearnedModel> {
  const { resolved, input, threads, tell } = material;
  const { model } = resolved;
  const fixesU = training.u === "random";
  const found = fixesU ? await randomLevels(stated, model, input, threads, splinkPairs) : [];
  const isLearned = training.lambda === "learned";
  const lambda = isLearned ? splinkLambda : await findLambda(training, material);
  const terms = termConstants(model, input.counts);
  const counted: CountedRule[] = [];
  for (const rule of resolved.trainingRules) {
    const coded = { model, compared: comparedLikeSplink(model, rule), terms };
    counted.push(await countRule(rule, coded, training.pairs ?? Number.POSITIVE_INFINITY, input, threads));
  }
  const start = startLikeSplink(stated, lambda, found);
  const how = { ...ends, mostIterations: splinkIterations, stated, fixesU };
  const { parameters, results } = trainLikeSplink(counted, start, model, found, isLearned, how);
  const sessions = counted.map((its, i) => learnedSession(its, results[i] as TrainingResult, how));
  for (const session of sessions) tell(sessionText(session));
  return { parameters, sessions };
}

/** Pairs of values that are all looked at for u, before it is drawn; and λ where nothing is known of it. */
const [splinkPairs, splinkLambda] = [200_000_000, 1e-4];
