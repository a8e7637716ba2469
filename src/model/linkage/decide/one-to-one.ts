import { byFallingWeight } from "../score/edge-order.ts";
import type { Edges } from "../score/edges.ts";
import { nodesOf } from "./forest.ts";

/** Links that were taken, in order of falling weight. */
export interface TakenLinks {
  /** Places of their edges. */
  readonly taken: Int32Array;
  /** The heaviest other edge at either end of each; −1 where there is none. */
  readonly rival: Int32Array;
  /** How much heavier a link is than its rival, in the unit of the weights; below 0 where the rival lost to a third. */
  readonly margin: Float64Array;
}

/** Which ends may have one link alone. */
export type Sides = "both" | "left" | "right";

/**
 * Links by falling weight, each only while the ends that may have one link are free.
 *
 * In: edges in order of (left, right), as ties of weight fall to the earlier edge.
 * Source: the greedy matching of Drake and Hougardy, Information Processing Letters 85 (2003); for two sources without
 * ties it is the mutual best that Splink finds by rounds.
 */
export function takeLinks(edges: Edges, sides: Sides): TakenLinks {
  const { left, right, weight } = edges;
  const nodes = nodesOf(edges);
  const isTaken = { left: new Uint8Array(nodes), right: new Uint8Array(nodes) };
  const best = new Int32Array(nodes).fill(-1);
  const second = new Int32Array(nodes).fill(-1);
  const taken: number[] = [];
  for (const i of byFallingWeight(weight)) {
    const [a, b] = [left[i] as number, right[i] as number];
    for (const node of [a, b]) {
      if (best[node] === -1) best[node] = i;
      else if (second[node] === -1) second[node] = i;
    }
    const isFree = (sides === "right" || !isTaken.left[a]) && (sides === "left" || !isTaken.right[b]);
    if (!isFree) continue;
    isTaken.left[a] = 1;
    isTaken.right[b] = 1;
    taken.push(i);
  }
  const rival = Int32Array.from(taken, (i) => {
    const others = [left[i] as number, right[i] as number].map((node) =>
      best[node] === i ? (second[node] as number) : (best[node] as number),
    );
    const [x = -1, y = -1] = others;
    if (x === -1 || y === -1) return Math.max(x, y);
    return (weight[x] as number) >= (weight[y] as number) ? x : y;
  });
  const margin = Float64Array.from(taken, (i, at) => {
    const other = rival[at] as number;
    return other === -1 ? Number.NaN : (weight[i] as number) - (weight[other] as number);
  });
  return { taken: Int32Array.from(taken), rival, margin };
}
