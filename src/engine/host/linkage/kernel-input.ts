import { DuckDBDoubleVector, DuckDBIntegerVector } from "@duckdb/node-api";
import { InvariantError } from "../../../base/diagnostics.ts";
import type { SourcePairs } from "../../../model/linkage/block/pair-runs.ts";
import type { SizedBlocks } from "../../../model/linkage/block/sized-blocks.ts";
import type { Attribute, ModelColumn } from "../../../model/linkage/resolved.ts";
import type { KernelColumn } from "../../../model/linkage/values/columns.ts";
import type { ValueCounts } from "../../../model/linkage/weigh.ts";
import { columnName, countName, tables } from "../../../steps/match/compile-records.ts";
import type { ResolvedMatch } from "../../../steps/match/resolve-match.ts";
import type { Session } from "../../session.ts";
import { readBits, readLists, readText, type ValueTable } from "./value-attributes.ts";

/** What the kernel works with: columns in memory that threads share, and how often each value occurs. */
export interface KernelInput {
  readonly columns: readonly KernelColumn[];
  readonly counts: readonly ValueCounts[];
  readonly sources: SourcePairs;
  readonly records: number;
  /** Blocks of rules, part by part, by the rules' columns, once they were asked for. */
  readonly blocks: Map<string, Promise<readonly SizedBlocks[]>>;
}

/** Reads the encoded records and the tables of values of a match step. */
export async function readKernelInput(
  session: Session,
  id: string,
  { model, compared }: ResolvedMatch,
): Promise<KernelInput> {
  const perSource = await session.rows(
    id,
    `SELECT source, count(*) AS n FROM ${tables.encoded} GROUP BY source ORDER BY source`,
  );
  const sizes = compared.map((_, s) =>
    Number(perSource.find((row) => Number(row["source"]) === s)?.["n"] ?? 0),
  );
  const starts = [0];
  for (const size of sizes) starts.push((starts.at(-1) as number) + size);
  const records = starts.at(-1) as number;
  const ids = await readIds(session, id, model.columns.length, records);
  const columns: KernelColumn[] = [];
  const counts: ValueCounts[] = [];
  const dictionaries = new Map<number, Dictionary>();
  for (const [c, column] of model.columns.entries()) {
    const known = dictionaries.get(column.dictionary);
    const dictionary = known ?? (await readDictionary(session, id, column.dictionary, model.columns));
    dictionaries.set(column.dictionary, dictionary);
    columns.push({ ids: ids[c] as Int32Array, values: dictionary.values, ...dictionary.attributes });
    counts.push(dictionary.counts.get(c) as Float64Array);
  }
  return { columns, counts, sources: { starts, compared }, records, blocks: new Map() };
}

function sharedInts(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * length));
}

function sharedDoubles(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(8 * length));
}

/** The numbers of all columns, by record. */
async function readIds(session: Session, id: string, width: number, records: number): Promise<Int32Array[]> {
  const names = ["rid", ...Array.from({ length: width }, (_, c) => columnName(c))];
  const ids = Array.from({ length: width }, () => sharedInts(records));
  for await (const chunk of session.chunks(id, `SELECT ${names.join(", ")} FROM ${tables.encoded}`)) {
    const [rids, ...found] = names.map((_, i) => intsOf(chunk.getColumnVector(i)));
    const rows = chunk.rowCount;
    for (const [c, from] of found.entries()) {
      const to = ids[c] as Int32Array;
      for (let i = 0; i < rows; i++) to[(rids as Int32Array)[i] as number] = from[i] as number;
    }
  }
  return ids;
}

function intsOf(vector: unknown): Int32Array {
  if (!(vector instanceof DuckDBIntegerVector)) throw new InvariantError("the kernel reads INTEGER columns");
  return (vector as unknown as { readonly items: Int32Array }).items;
}

interface Dictionary {
  readonly values: number;
  /** Counts of each column that shares the dictionary. */
  readonly counts: ReadonlyMap<number, Float64Array>;
  readonly attributes: Omit<KernelColumn, "ids" | "values">;
}

async function readDictionary(
  session: Session,
  id: string,
  place: number,
  all: readonly ModelColumn[],
): Promise<Dictionary> {
  const table = tables.values(place);
  const sharing = all.flatMap((column, c) => (column.dictionary === place ? [c] : []));
  const needs = new Set(sharing.flatMap((c) => all[c]?.needs ?? []));
  const values = await session.count(table);
  const numbers = new Map<string, Float64Array>();
  const wanted = [
    ...sharing.map(countName),
    ...(["day", "number"] as const).filter((need) => needs.has(need)),
  ];
  for (const name of wanted)
    numbers.set(
      name,
      sharedDoubles(values + 1).fill(name.startsWith("n") && name !== "number" ? 0 : Number.NaN),
    );
  const isText = needs.has("text");
  const lengths = isText ? new Int32Array(values + 1) : undefined;
  const select = [
    "id",
    ...(isText ? ["CAST(strlen(value) AS INTEGER) AS bytes"] : []),
    ...wanted.map((name) => `coalesce(CAST(${name} AS DOUBLE), CAST('nan' AS DOUBLE)) AS ${name}`),
  ];
  for await (const chunk of session.chunks(id, `SELECT ${select.join(", ")} FROM ${table}`)) {
    const rows = chunk.rowCount;
    const ids = intsOf(chunk.getColumnVector(0));
    if (lengths !== undefined) scatter(ids, intsOf(chunk.getColumnVector(1)), rows, lengths);
    for (const [i, name] of wanted.entries()) {
      const vector = chunk.getColumnVector(i + (isText ? 2 : 1));
      if (!(vector instanceof DuckDBDoubleVector))
        throw new InvariantError("the kernel reads DOUBLE columns");
      scatter(
        ids,
        (vector as unknown as { items: Float64Array }).items,
        rows,
        numbers.get(name) as Float64Array,
      );
    }
  }
  const attribute = (name: Attribute) => numbers.get(name);
  const from: ValueTable = { session, id, table, column: all[place]?.name ?? "", values };
  return {
    values,
    counts: new Map(sharing.map((c) => [c, numbers.get(countName(c)) as Float64Array])),
    attributes: {
      ...(lengths === undefined ? {} : { text: await readText(from, lengths) }),
      ...(attribute("day") === undefined ? {} : { day: attribute("day") as Float64Array }),
      ...(attribute("number") === undefined ? {} : { number: attribute("number") as Float64Array }),
      ...(needs.has("elements") ? { elements: await readLists(from) } : {}),
      ...(needs.has("bits") ? { bits: await readBits(from) } : {}),
    },
  };
}

function scatter(
  ids: Int32Array,
  from: Int32Array | Float64Array,
  rows: number,
  to: Int32Array | Float64Array,
): void {
  for (let i = 0; i < rows; i++) to[ids[i] as number] = from[i] as number;
}
