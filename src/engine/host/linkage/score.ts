import { InvariantError } from "../../../base/diagnostics.ts";
import type { Part } from "../../../model/linkage/block/blocks.ts";
import type { Parameters } from "../../../model/linkage/parameters.ts";
import { byPair } from "../../../model/linkage/score/edge-order.ts";
import { joinEdges } from "../../../model/linkage/score/edges.ts";
import type { WalkResult, WalkTask } from "../../../model/linkage/score/walk.ts";
import { weighModel } from "../../../model/linkage/weigh.ts";
import { unitsOf } from "../../../model/linkage/weights.ts";
import { resolveMatch } from "../../../steps/match/resolve-match.ts";
import type { HostFunction } from "../../operations.ts";
import { loadColumns } from "./columns.ts";
import type { LinkageContext } from "./context.ts";
import { matchOf } from "./match-params.ts";
import { readModel } from "./model-text.ts";
import { planWalk } from "./plan-walk.ts";
import { numberedByRecord, Units } from "./units.ts";

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
    const weights = weighModel(resolved.model, trained, input.counts);
    const { columns, sources } = input;
    const rules = resolved.blocking;
    const planned = await planWalk(rules, input, context.threads);
    context.tell(call.id, planned.why);
    const task: WalkTask = { model: resolved.model, columns, weights, rules, sources, least: unitsOf(least) };
    const { unitsFolder } = context;
    const found =
      planned.keepsUnits && unitsFolder !== undefined
        ? await walkInUnits(
            task,
            await Units.open(unitsFolder, decides(task, trained), planned.parts.length),
            call.id,
            context,
          )
        : await context.threads.each<"walk">(planned.parts, (part) => ({
            kind: "walk",
            task: { ...task, made: planned.made },
            part,
          }));
    input.blocks.clear();
    const sum = (key: "pairs" | "fresh", rule: number) =>
      found.reduce((all, { counts }) => all + (counts[key][rule] as number), 0);
    context.rulePairs = rules.map((_, rule) => ({
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

/** What decides a walk's edges beside the step's own fingerprint, as text. */
function decides({ rules, sources, least }: WalkTask, trained: Parameters): string {
  return JSON.stringify({ trained, rules, sources, least });
}

/** Walks a large job unit by unit, and leaves out those that an earlier run has finished. */
async function walkInUnits(
  task: WalkTask,
  units: Units,
  id: string,
  { threads, tell }: LinkageContext,
): Promise<WalkResult[]> {
  const all = Array.from({ length: units.of }, (_, index): Part => ({ index, of: units.of }));
  const found = await Promise.all(all.map((part) => units.read(part)));
  const open = all.filter(({ index }) => found[index] === undefined);
  if (open.length < all.length) tell(id, `${all.length - open.length} of ${units.of} parts kept`);
  const used = new Set(task.rules.flatMap(({ columns }) => columns));
  const keys = task.columns.map((column, c) => (used.has(c) ? numberedByRecord(column) : undefined));
  await threads.each<"walk">(
    open,
    (part) => ({ kind: "walk", task: { ...task, keys }, part }),
    async (part, result) => {
      found[part.index] = result;
      await units.keep(part, result);
      tell(id, `part ${part.index + 1} of ${units.of} walked`);
    },
  );
  return found as WalkResult[];
}
