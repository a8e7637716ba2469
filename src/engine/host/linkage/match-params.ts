import { InvariantError } from "../../../base/diagnostics.ts";
import type { HostCall } from "../../../sql/operation.ts";
import { type MatchPlan, type ResolvedMatch, resolveMatch } from "../../../steps/match/resolve-match.ts";

/** A match step's own plan, as its calls carry it. */
export function matchOf(call: HostCall): {
  readonly plan: MatchPlan & { lambda: number | null };
  readonly resolved: ResolvedMatch;
} {
  const { match } = call.params;
  if (typeof match !== "object" || match === null) throw new InvariantError(`${call.id} has no plan`);
  const stated = match as unknown as MatchPlan & { lambda: number | null };
  const plan = Object.fromEntries(
    Object.entries(stated).filter(([, value]) => value !== null),
  ) as typeof stated;
  return { plan, resolved: resolveMatch(plan) };
}
