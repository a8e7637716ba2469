import { InvariantError } from "../../../base/diagnostics.ts";
import { componentsAt, spanningForest } from "../../../model/linkage/decide/forest.ts";
import { takeLinks } from "../../../model/linkage/decide/one-to-one.ts";
import { refineClusters } from "../../../model/linkage/decide/refine.ts";
import type { Edges } from "../../../model/linkage/score/edges.ts";
import { scorer } from "../../../model/linkage/score/scorer.ts";
import { weighModel } from "../../../model/linkage/weigh.ts";
import { unitsOf } from "../../../model/linkage/weights.ts";
import type { HostCall } from "../../../sql/operation.ts";
import type { DecisionSpec } from "../../../steps/match/match-spec.ts";
import type { HostFunction } from "../../operations.ts";
import type { Session } from "../../session.ts";
import { doublesOf, loadColumns } from "./columns.ts";
import type { LinkageContext } from "./context.ts";
import type { KernelInput } from "./kernel-input.ts";
import { matchOf } from "./match-params.ts";
import { readModel } from "./model-text.ts";

/**
 * The host function `choose@1`: which records are of one person, by the scored pairs.
 *
 * In: l, r, units, ascending. Out: rid, cluster, for each record that is not the lowest of its cluster.
 */
export function choose(context: LinkageContext): HostFunction {
  return async (session, call, inputText) => {
    const [l, r, units] = await doublesOf(session, call.id, inputText, 3);
    const edges: Edges = {
      left: Int32Array.from(l as Float64Array),
      right: Int32Array.from(r as Float64Array),
      weight: units as Float64Array,
    };
    const found = await clustersOf(edges, context, session, call);
    const rids = new Int32Array(found.length);
    let members = 0;
    for (let rid = 0; rid < found.length; rid++) if (found[rid] !== rid) rids[members++] = rid;
    const joined = rids.subarray(0, members);
    return await loadColumns(session, call.id, call.output, [
      joined,
      joined.map((rid) => found[rid] as number),
    ]);
  };
}

/** Pairs weigh no more and no less in a mean, and components are refined up to so many records. */
const [capBits, mostRecords] = [8, 1000];

/** The cluster of each record up to the last with an edge: its smallest record. */
async function clustersOf(
  edges: Edges,
  context: LinkageContext,
  session: Session,
  call: HostCall,
): Promise<Int32Array> {
  const { links, at_least, cut, without_duplicates = [] } = decisionOf(call);
  const nodes = edges.right.reduce((most, node) => Math.max(most, node), -1) + 1;
  const least = unitsOf(at_least);
  const sides = { one_to_one: "both", best_left: "left", best_right: "right" } as const;
  if (links !== "clusters" && links !== "connected") {
    const taken = takeLinks(edges, sides[links]).taken.filter((i) => (edges.weight[i] as number) >= least);
    return componentsAt(edges, taken, least, nodes);
  }
  const forest = spanningForest(edges);
  if (links === "connected") return componentsAt(edges, forest, least, nodes);
  const { resolved } = matchOf(call);
  const input = await context.input(session, call.id, resolved);
  const trained = await readModel(session, call.id, "SELECT model FROM model");
  const { score } = scorer(resolved.model, input.columns, weighModel(resolved.model, trained, input.counts));
  const single = resolved.sources.map((name) => without_duplicates.includes(name));
  const sourceOf = sourcesOf(input);
  const isForbidden = (a: number, b: number) => sourceOf(a) === sourceOf(b) && single[sourceOf(a)] === true;
  const weightOf = (a: number, b: number) =>
    isForbidden(a, b) ? Number.NEGATIVE_INFINITY : score(a, b, Number.NEGATIVE_INFINITY);
  const refinement = { least, cut: unitsOf(cut), cap: unitsOf(capBits), mostNodes: mostRecords };
  return refineClusters(edges, forest, nodes, weightOf, refinement);
}

/** The source of a record. */
function sourcesOf({ sources: { starts } }: KernelInput): (record: number) => number {
  return (record) => starts.findLastIndex((start) => start <= record);
}

type Decision = Omit<DecisionSpec, "at_least" | "cut"> & {
  readonly at_least: number;
  readonly cut: number;
};

function decisionOf({ id, params: { decision } }: HostCall): Decision {
  if (typeof decision !== "object" || decision === null) throw new InvariantError(`${id} needs a decision`);
  return decision as unknown as Decision;
}
