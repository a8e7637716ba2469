import { InvariantError } from "../base/diagnostics.ts";
import type { DataSet, Shape } from "../catalogue/dataset.ts";
import type { Copy } from "../sql/operation.ts";
import { ident, join, literal, type Sql, sql } from "../sql/sql.ts";
import type { HesRelease, Plan } from "./plan.ts";

/** A supplier's text file in the making. */
export interface TextFile {
  readonly id: string;
  readonly file: string;
  readonly dataSet: DataSet;
  /** Name of the layout in the catalogue. */
  readonly shape: string;
  /** What is known of a column; the others are empty. */
  readonly known: Readonly<Record<string, Sql>>;
  /** One row per record, in the file's order. */
  readonly source: Sql;
}

/**
 * Writes a text file without quoting as one column of whole lines, whose name is the header line. A copy of two
 * hundred columns takes 4 MB of memory for each and thread, and so keeps to one thread in 2 GB; lines do not.
 */
export function textFile({ id, file, dataSet, shape, known, source }: TextFile): Copy {
  const layout = dataSet.shapes.find(({ name }) => name === shape);
  if (layout === undefined) throw new InvariantError(`${dataSet.id} has no layout ${shape}`);
  const header = layout.columns.join(layout.delimiter);
  return {
    kind: "copy",
    id,
    file,
    columns: [{ name: header, type: "varchar" }],
    as: { format: "csv", delimiter: "|" },
    query: sql`SELECT ${lineOf(layout, known)} AS ${ident(header)} FROM (${source})`,
  };
}

/** A record as a line. NULL is nothing; what is constant between two values is one text. */
function lineOf({ columns, delimiter }: Shape, known: Readonly<Record<string, Sql>>): Sql {
  const parts: Sql[] = [];
  let constant = "";
  columns.forEach((name, i) => {
    if (i > 0) constant += delimiter;
    const value = known[name];
    if (value?.kind === "literal") constant += String(value.value ?? "");
    else if (value !== undefined) {
      parts.push(literal(constant), value);
      constant = "";
    }
  });
  return sql`concat(${join([...parts, literal(constant)])})`;
}

/** `HES_APC_202399.txt`: the table, the first calendar year of the financial year, the part. */
export function hesFileName(table: string, { year, part }: HesRelease): string {
  return `HES_${table}_${year}${String(part).padStart(2, "0")}.txt`;
}

/** The records that a release has: an early one lacks one in 200. */
export function arrived({ draw }: Plan, { early }: HesRelease, source: Sql): Sql {
  return early
    ? sql`SELECT * FROM (${source}) WHERE NOT ${draw.chance(ident("record"), 0.005, "not yet there")}`
    : source;
}
