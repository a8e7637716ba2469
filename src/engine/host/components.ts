import { type DuckDBDataChunk, DuckDBIntegerVector } from "@duckdb/node-api";
import { InvariantError } from "../../base/diagnostics.ts";
import { UnionFind } from "../../model/union-find.ts";
import type { HostFunction } from "../operations.ts";

/** Rows of a chunk that the database takes. */
const batchRows = 2048;

/**
 * The host function `components@1`: connected components of a graph.
 *
 * In: one row per edge, two INTEGER columns from 0, never NULL.
 * Out: one row (node, component) per node that is not the smallest of its component; component is that smallest node.
 */
export const components: HostFunction = async (session, call, inputText) => {
  const found = new UnionFind();
  for await (const chunk of session.chunks(call.id, inputText)) {
    const [left, right] = [integers(chunk, 0), integers(chunk, 1)];
    const rows = chunk.rowCount;
    for (let i = 0; i < rows; i++) found.join(left.getItem(i) as number, right.getItem(i) as number);
  }
  return await session.load(call.id, call.output, memberships(found));
};

function integers(chunk: DuckDBDataChunk, column: number): DuckDBIntegerVector {
  const vector = chunk.getColumnVector(column);
  if (!(vector instanceof DuckDBIntegerVector))
    throw new InvariantError("components takes two INTEGER columns");
  return vector;
}

async function* memberships(found: UnionFind): AsyncGenerator<readonly [number[], number[]]> {
  let nodes: number[] = [];
  let owners: number[] = [];
  for (let node = 0; node < found.size; node++) {
    const owner = found.find(node);
    if (owner === node) continue;
    nodes.push(node);
    owners.push(owner);
    if (nodes.length === batchRows) {
      yield [nodes, owners];
      nodes = [];
      owners = [];
    }
  }
  if (nodes.length > 0) yield [nodes, owners];
}
