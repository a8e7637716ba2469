import type { Shape } from "../../catalogue/dataset.ts";
import { fn } from "../../sql/functions.ts";
import { rowGroupRows } from "../../sql/row-group.ts";
import { as, cast, columnsOf, ident, join, literal, type Sql, sql } from "../../sql/sql.ts";
import type { Finding, Layout } from "./layout.ts";
import { namesIn, typed, typedUnguarded } from "./typing.ts";

/** Names of the columns that ingest adds while it works; published names never hold a `#`. */
const rowColumn = "#row";
const yearColumn = "#year";
const markColumn = (i: number) => `#marks${i}`;

/** Rules noted in one BIGINT, a bit each. */
const marksPerColumn = 60;

/** The text columns of a file, exactly as its shape declares them. Nothing is detected. */
export function readCsv(path: string, shape: Shape, header: boolean): Sql {
  const quote = literal(shape.quote ?? "");
  const declared = join(shape.columns.map((name) => sql`${literal(name)}: 'VARCHAR'`));
  return sql`read_csv(${literal(path)}, auto_detect = false, delim = ${literal(shape.delimiter)}, quote = ${quote}, escape = ${quote}, header = ${literal(header)}, nullstr = '', strict_mode = true, null_padding = false, ignore_errors = false, max_line_size = ${literal(maxRecordBytes)}, columns = {
  ${declared}
})`;
}

/** The longest record that is read, in bytes. */
export const maxRecordBytes = 2_000_000;

/**
 * The scan of what identifies and of what is checked.
 *
 * Out: one row per record of the file, in its order: `#row` from 1, the identity columns, the year as text, and the
 * rules that the row breaks, a bit each in `#marks0`, `#marks1` …
 */
export function auditQuery(layout: Layout, source: Sql): Sql {
  const used = usedNames(layout);
  const fields = [...layout.content, ...layout.identity].filter((f, i, all) => all.indexOf(f) === i);
  const read = fields.filter((field) => used.has(field.name));
  const texts = read
    .filter((field) => field.type !== "varchar")
    .map((field) => as(ident("r", field.name), textName(field.name)));
  const values = read.map((field) =>
    as(typed(ident("r", field.name), field.type, layout.shape.dates), field.name),
  );
  const year = layout.year === undefined ? [] : [as(ident("r", layout.year.name), yearColumn)];
  const marks = markColumns(layout.findings).map((sum, i) => as(sum, markColumn(i)));
  return sql`SELECT ${join([ident(rowColumn), ...layout.identity.map((f) => ident(f.name)), ...year.map(() => ident(yearColumn)), ...marks])}
FROM (
SELECT ${join([ident("r", rowColumn), ...values, ...year, ...texts])}
FROM (SELECT row_number() OVER () AS ${ident(rowColumn)}, ${columnsOf(read.map((f) => f.name))} FROM ${source}) AS r
) AS t`;
}

function usedNames(layout: Layout): ReadonlySet<string> {
  const checked = layout.findings.flatMap(({ test }) => {
    if (test.kind === "check") return [...namesIn(test.check.holds)];
    return test.kind === "type" ? [test.field.name] : [];
  });
  const year = layout.year === undefined ? [] : [layout.year.name];
  return new Set([...layout.identity.map((field) => field.name), ...checked, ...year]);
}

/** The text of a field beside its typed value. */
function textName(field: string): string {
  return `#text ${field}`;
}

function broken(finding: Finding, key: readonly string[]): Sql {
  switch (finding.test.kind) {
    case "type":
      return sql`(${ident(textName(finding.field))} IS NOT NULL AND ${ident(finding.field)} IS NULL)`;
    case "check":
      return sql`NOT coalesce(${finding.test.check.holds}, TRUE)`;
    case "year":
      return sql`NOT coalesce(${yearHolds()}, TRUE)`;
    case "key":
      return sql`(${join(
        key.map((name) => sql`${ident(name)} IS NULL`),
        sql` OR `,
      )})`;
  }
}

/** Four digits, of which the last two are the year after the first two. */
function yearHolds(): Sql {
  const year = ident(yearColumn);
  const part = (from: number) => fn.tryCast(sql`substring(${year}, ${literal(from)}, 2)`, intType);
  return sql`${fn.regexMatches(year, literal("^[0-9]{4}\\z"))} AND (${part(1)} + 1) % 100 = ${part(3)}`;
}

const intType: Sql = { kind: "type", type: "integer" };

function markColumns(findings: readonly Finding[]): Sql[] {
  const sums: Sql[] = [];
  for (let from = 0; from < findings.length; from += marksPerColumn) {
    const bits = findings.slice(from, from + marksPerColumn).map((finding, i) => {
      const key = finding.test.kind === "key" ? finding.field.split("+") : [];
      return sql`CASE WHEN ${broken(finding, key)} THEN ${literal(2n ** BigInt(i))} ELSE 0 END`;
    });
    sums.push(cast(join(bits, sql` + `), "bigint"));
  }
  return sums;
}

function markNames(layout: Layout): string[] {
  return markColumns(layout.findings).map((_, i) => markColumn(i));
}

/** How many rows broke which rules together. Out: one row per combination, `n` and the mark columns. */
export function markCountsQuery(layout: Layout, audit: Sql): Sql {
  const names = columnsOf(markNames(layout));
  return sql`SELECT count(*) AS n, ${names} FROM ${audit} GROUP BY ${names} ORDER BY ${names}`;
}

/** The rules, by place in `layout.findings`, that a row of `markCountsQuery` or `rejectedRowsQuery` broke. */
export function brokenRules(layout: Layout, row: Readonly<Record<string, unknown>>): number[] {
  return layout.findings.flatMap((_, i) => {
    const marks = row[markColumn(Math.floor(i / marksPerColumn))] as bigint;
    return (marks >> BigInt(i % marksPerColumn)) & 1n ? [i] : [];
  });
}

/** Whether a row breaks a rule that rejects. */
function isRejected(layout: Layout): Sql {
  const tests = markNames(layout).map((name, column) => {
    const bits = layout.findings
      .slice(column * marksPerColumn, (column + 1) * marksPerColumn)
      .reduce((sum, finding, i) => (finding.severity === "reject" ? sum | (1n << BigInt(i)) : sum), 0n);
    return sql`(${ident(name)} & ${literal(bits)}) <> 0`;
  });
  return sql`(${join(tests, sql` OR `)})`;
}

/** Rows that break a rejecting rule. Out: one row per such record, by `#row`. */
export function rejectedRowsQuery(layout: Layout, audit: Sql): Sql {
  const names = columnsOf([rowColumn, ...markNames(layout)]);
  return sql`SELECT ${names} FROM ${audit} WHERE ${isRejected(layout)} ORDER BY ${ident(rowColumn)}`;
}

/** Number of good rows, and of different natural keys among them by hash: equal where no key stands twice. */
export function keyCountsQuery(layout: Layout, audit: Sql): Sql {
  const key = columnsOf(layout.key.map((field) => field.name));
  return sql`SELECT count(*) AS n, count(DISTINCT hash(${key})) AS keys FROM ${audit} WHERE NOT ${isRejected(layout)}`;
}

/** Good rows whose natural key a good row above them has. Out: one row per such record, by `#row`. */
export function repeatedKeysQuery(layout: Layout, audit: Sql): Sql {
  const key = columnsOf(layout.key.map((field) => field.name));
  const row = ident(rowColumn);
  return sql`SELECT ${row} FROM (
SELECT ${row}, row_number() OVER (PARTITION BY ${key} ORDER BY ${row}) AS nth FROM ${audit} WHERE NOT ${isRejected(layout)}
) AS k WHERE nth > 1 ORDER BY ${row}`;
}

/** The financial years, as the file's year field writes them, of rows that are not rejected. */
export function yearsQuery(layout: Layout, audit: Sql): Sql {
  const year = ident(yearColumn);
  return sql`SELECT ${year} AS year FROM ${audit} WHERE ${year} IS NOT NULL AND NOT ${isRejected(layout)} GROUP BY ${year} ORDER BY ${year} LIMIT 100`;
}

/**
 * Identity as the store keeps it, from the audit's rows less those named in the table `rejected` (if any are).
 * Out: one row per kept record, by record_id.
 */
export function identityQuery(layout: Layout, audit: Sql, release: number, someRejected: boolean): Sql {
  const fields = layout.identity.map((field) => ident(field.name));
  if (!someRejected) {
    const id = sql`${fn.shiftLeft32(literal(release))} + ${ident(rowColumn)}`;
    return sql`SELECT ${join([as(id, "record_id"), ...fields])} FROM ${audit}`;
  }
  const nth = sql`row_number() OVER (ORDER BY ${ident("a", rowColumn)})`;
  const id = sql`${fn.shiftLeft32(literal(release))} + ${nth}`;
  return sql`SELECT ${join([as(id, "record_id"), ...fields])} FROM ${audit} AS a WHERE NOT EXISTS (SELECT 1 FROM ${ident("rejected")} AS x WHERE x.${ident(rowColumn)} = a.${ident(rowColumn)}) ORDER BY record_id`;
}

/** Content as the store keeps it, of a file whose every record is kept. Out: one row per record, in file order. */
export function contentQuery(layout: Layout, source: Sql, release: number): Sql {
  const id = as(sql`${fn.shiftLeft32(literal(release))} + row_number() OVER ()`, "record_id");
  const values = layout.content.map((field) =>
    as(typedUnguarded(ident(field.name), field.type, layout.shape.dates), field.name),
  );
  return sql`SELECT ${join([id, ...values])}
FROM ${source}`;
}

/**
 * What must be the same of both zones: rows, first and last record_id, and a checksum over record_id and every field
 * that both hold, so that a pairing gone wrong anywhere is seen.
 */
export function proofQuery(layout: Layout, zone: Sql): Sql {
  const shared = columnsOf(["record_id", ...layout.shared.map((field) => field.name)]);
  return sql`SELECT count(*) AS n, min(record_id) AS first, max(record_id) AS last, CAST(bit_xor(hash(${shared})) AS VARCHAR) AS proof FROM ${zone}`;
}

/** A Parquet file as a relation. */
export function readParquet(path: string): Sql {
  return sql`read_parquet(${literal(path)})`;
}

/** A query's rows, of so many columns and in its order, as a Parquet file. */
export function copyTo(query: Sql, columns: number, path: string): Sql {
  return sql`COPY (
${query}
) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${literal(rowGroupRows(columns))})`;
}
