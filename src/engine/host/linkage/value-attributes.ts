import { DuckDBBlobVector } from "@duckdb/node-api";
import { InvariantError, refuse } from "../../../base/diagnostics.ts";
import { type BitValues, bitValues } from "../../../model/linkage/values/bit-values.ts";
import type { ListValues } from "../../../model/linkage/values/list-values.ts";
import { type TextValues, textValues } from "../../../model/linkage/values/text-values.ts";
import { duckdb } from "../../../sql/duckdb.ts";
import { fn } from "../../../sql/functions.ts";
import { print } from "../../../sql/print.ts";
import { ident } from "../../../sql/sql.ts";
import type { Session } from "../../session.ts";
import { doublesOf } from "./columns.ts";

/** A table of a column's distinct values, which are numbered from 1. */
export interface ValueTable {
  readonly session: Session;
  /** Of the host call that reads it. */
  readonly id: string;
  readonly table: string;
  /** The column's name in the model. */
  readonly column: string;
  readonly values: number;
}

/** Values whose bytes travel in one piece. */
const pieceValues = 2 ** 16;

/** The bytes of all values, one after the other: single values would cost more than their comparison. */
export async function readText(from: ValueTable, lengths: Int32Array): Promise<TextValues> {
  const starts = new Int32Array(shared(4 * (lengths.length + 1)));
  for (let k = 0; k < lengths.length; k++) starts[k + 1] = (starts[k] as number) + (lengths[k] as number);
  const bytes = new Uint8Array(shared(starts[lengths.length] as number));
  await readBytes(from, "encode(string_agg(value, '' ORDER BY id))", bytes, 0);
  return textValues(bytes, starts, shared);
}

/**
 * The bit vectors of all values.
 *
 * Errors: link/no-bit-vectors where a value is none, or is not as long as the others.
 */
export async function readBits(from: ValueTable): Promise<BitValues> {
  const { session, id, table, column, values } = from;
  const row = await session.row(
    id,
    `SELECT count(*) - count(bits) AS others, min(length(bits)) AS shortest, max(length(bits)) AS longest FROM ${table}`,
  );
  const [others, shortest, longest] = [row["others"], row["shortest"], row["longest"]].map(Number) as [
    number,
    number,
    number,
  ];
  if (others > 0) return refuse("link/no-bit-vectors", { file: "the records" }, { column, others });
  if (shortest !== longest) {
    const lengths = [4 * shortest, 4 * longest];
    return refuse("link/no-bit-vectors", { file: "the records" }, { column, others, lengths });
  }
  const size = longest / 2;
  const words = Math.ceil(size / 4);
  const bits = new Int32Array(shared(4 * words * (values + 1)));
  const bytes = new Uint8Array(bits.buffer);
  // Each value is filled up to whole words, so that all stand where their numbers say.
  const padding = "00".repeat(4 * words - size);
  await readBytes(from, `unhex(string_agg(bits || '${padding}', '' ORDER BY id))`, bytes, 4 * words);
  return bitValues(bits, words, shared);
}

/** The elements of all lists, numbered from 0 in their own order, which is the same in every run. */
export async function readLists({ session, id, table, values }: ValueTable): Promise<ListValues> {
  const element = print(fn.explodeParts(ident("value")), duckdb);
  const query = `WITH e AS (SELECT id, ${element} AS element FROM ${table}),
n AS (SELECT element, row_number() OVER (ORDER BY element) - 1 AS number FROM (SELECT DISTINCT element FROM e))
SELECT CAST(e.id AS DOUBLE), CAST(n.number AS DOUBLE) FROM e JOIN n USING (element) ORDER BY e.id, n.number`;
  const [ids, numbers] = (await doublesOf(session, id, query, 2)) as [Float64Array, Float64Array];
  const starts = new Int32Array(shared(4 * (values + 2)));
  for (const value of ids) starts[value + 1] = (starts[value + 1] as number) + 1;
  for (let k = 1; k < starts.length; k++) starts[k] = (starts[k] as number) + (starts[k - 1] as number);
  const items = new Int32Array(shared(4 * numbers.length));
  items.set(numbers);
  return { starts, items };
}

/** Fills in the bytes that an aggregate gives of all values in their order. */
async function readBytes(
  { session, id, table }: ValueTable,
  aggregate: string,
  to: Uint8Array,
  start: number,
): Promise<void> {
  const query = `SELECT ${aggregate} AS bytes FROM ${table} GROUP BY id // ${pieceValues} ORDER BY id // ${pieceValues}`;
  let at = start;
  for await (const chunk of session.chunks(id, query)) {
    const vector = chunk.getColumnVector(0);
    if (!(vector instanceof DuckDBBlobVector)) throw new InvariantError("the kernel reads bytes as BLOB");
    for (let i = 0; i < chunk.rowCount; i++) {
      const { bytes } = vector.getItem(i) as { readonly bytes: Uint8Array };
      to.set(bytes, at);
      at += bytes.length;
    }
  }
}

function shared(length: number): SharedArrayBuffer {
  return new SharedArrayBuffer(length);
}
