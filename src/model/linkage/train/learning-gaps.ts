import type { Comparison } from "../model.ts";
import type { ResolvedModel } from "../resolved.ts";
import type { LearnedModel } from "./learned.ts";
import { numbersOf } from "./sessions.ts";

/** m below this says that no pair which is taken for a match has the level. */
const neverSeen = 1e-9;

/** What training could not learn, each as a sentence with what to do. Nothing where no session was run. */
export function learningGaps(
  comparisons: readonly Comparison[],
  { comparisons: resolved }: ResolvedModel,
  { parameters, sessions }: LearnedModel,
): string[] {
  if (sessions.length === 0) return [];
  const ofSessions = sessions.flatMap(({ rule, pairs, converged, history }) => {
    if (pairs === 0)
      return [`no two records agree on ${rule}: nothing was learned from that rule; take another`];
    if (converged) return [];
    return [
      `training on pairs that agree on ${rule} had not settled after ${history.length} iterations, and its last numbers stand: join levels that few pairs have, or fix some`,
    ];
  });
  const ofComparisons = resolved.flatMap(({ name, levels }, c) => {
    const open = numbersOf(comparisons[c] as Comparison).map(
      ({ m, weight }) => typeof m !== "number" && weight === undefined,
    );
    if (!open.includes(true)) return [];
    if (!sessions.some(({ compared, pairs }) => compared[c] && pairs > 0)) {
      return [
        `no training rule leaves comparison "${name}" to be learned: its m are guesses; add a rule over other columns`,
      ];
    }
    return levels.flatMap(({ label }, l) =>
      open[l] && (parameters.comparisons[c]?.[l]?.m ?? 1) < neverSeen
        ? [
            `no match was seen at level "${label}" of comparison "${name}": its weight is a guess; join it with the next`,
          ]
        : [],
    );
  });
  return [...ofSessions, ...ofComparisons];
}
