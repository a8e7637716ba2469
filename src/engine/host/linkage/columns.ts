import { DuckDBDoubleVector, DuckDBIntegerVector } from "@duckdb/node-api";
import { InvariantError } from "../../../base/diagnostics.ts";
import type { Relation } from "../../../sql/type.ts";
import type { Session } from "../../session.ts";

/** A query's columns, all numbers, as arrays. NULL is not among them. */
export async function doublesOf(
  session: Session,
  id: string,
  text: string,
  width: number,
): Promise<Float64Array[]> {
  const pieces: Float64Array[][] = Array.from({ length: width }, () => []);
  let rows = 0;
  for await (const chunk of session.chunks(id, text)) {
    for (const [c, its] of pieces.entries()) {
      const vector = chunk.getColumnVector(c);
      if (!(vector instanceof DuckDBDoubleVector || vector instanceof DuckDBIntegerVector))
        throw new InvariantError(`${id} reads INTEGER and DOUBLE columns`);
      its.push(
        Float64Array.from((vector as unknown as { items: ArrayLike<number> }).items).subarray(
          0,
          chunk.rowCount,
        ),
      );
    }
    rows += chunk.rowCount;
  }
  return pieces.map((its) => {
    const all = new Float64Array(rows);
    let at = 0;
    for (const piece of its) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  });
}

const batchRows = 2048;

/** Makes a table of whole columns. */
export async function loadColumns(
  session: Session,
  id: string,
  relation: Relation,
  columns: readonly (Float64Array | Int32Array)[],
): Promise<number> {
  const rows = columns[0]?.length ?? 0;
  async function* batches() {
    for (let from = 0; from < rows; from += batchRows)
      yield columns.map((column) => Array.from(column.subarray(from, from + batchRows)));
  }
  return await session.load(id, relation, batches());
}
