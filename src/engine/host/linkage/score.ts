import { InvariantError } from "../../../base/diagnostics.ts";
import { byPair, joinEdges } from "../../../model/linkage/forest.ts";
import type { WalkTask } from "../../../model/linkage/kernel/walk.ts";
import { weighModel } from "../../../model/linkage/weigh.ts";
import { unitsOf } from "../../../model/linkage/weights.ts";
import { resolveMatch } from "../../../steps/match/resolve-match.ts";
import type { HostFunction } from "../../operations.ts";
import { loadColumns } from "./columns.ts";
import type { LinkageContext } from "./linkage-functions.ts";
import { matchOf } from "./match-params.ts";
import { readModel } from "./model-text.ts";
import { pairsPerRecord } from "./threads.ts";

/**
 * The host function `score@1`: the pairs of all blocking rules that reach the least weight, each once.
 *
 * In: the model's text. Out: l, r, units, ascending.
 */
export function score(context: LinkageContext): HostFunction {
  return async (session, call, inputText) => {
    const { plan } = matchOf(call);
    const { least } = call.params;
    if (typeof least !== "number") throw new InvariantError("score needs the least weight");
    const trained = await readModel(session, call.id, inputText);
    const resolved = resolveMatch(plan);
    const input = await context.input(session, call.id, resolved);
    const task: WalkTask = {
      model: resolved.model,
      columns: input.columns,
      weights: weighModel(resolved.model, trained, input.counts),
      rules: resolved.blocking,
      sources: input.sources,
      least: unitsOf(least),
    };
    const found = await context.threads.each<"walk">(
      context.threads.parts(pairsPerRecord * input.records),
      (part) => ({
        kind: "walk",
        task,
        part,
      }),
    );
    const sum = (key: "pairs" | "fresh", rule: number) =>
      found.reduce((all, { counts }) => all + (counts[key][rule] as number), 0);
    context.rulePairs = task.rules.map((_, rule) => ({
      pairs: sum("pairs", rule),
      fresh: sum("fresh", rule),
    }));
    const edges = joinEdges(found.map((result) => result.edges));
    const order = byPair(edges);
    const take = <T extends Int32Array | Float64Array>(from: T, to: T): T => {
      for (let k = 0; k < order.length; k++) to[k] = from[order[k] as number] as number;
      return to;
    };
    const n = order.length;
    return await loadColumns(session, call.id, call.output, [
      take(edges.left, new Int32Array(n)),
      take(edges.right, new Int32Array(n)),
      take(edges.weight, new Float64Array(n)),
    ]);
  };
}
