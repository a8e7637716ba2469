import { InvariantError } from "../../base/diagnostics.ts";
import { type Expression, isList, parseExpression } from "../../model/linkage/expression/expression.ts";
import { compileExpression } from "../../model/linkage/expression/expression-sql.ts";
import type { Attribute, ModelColumn } from "../../model/linkage/resolved.ts";
import { fn } from "../../sql/functions.ts";
import type { Statement } from "../../sql/operation.ts";
import { as, cast, ident, join, literal, nullOf, or, type Sql, sql } from "../../sql/sql.ts";
import { statement } from "../../sql/statement.ts";
import type { Column, SqlType } from "../../sql/type.ts";
import type { MatchSpec } from "./match-spec.ts";
import type { ResolvedMatch } from "./resolve-match.ts";

/** Names of the tables that a match step makes, as its statements and host functions know them. */
export const tables = {
  records: "records",
  encoded: "encoded",
  labelled: "labelled",
  values: (dictionary: number) => `values_${dictionary}`,
} as const;

/** A column of the model, by its place. */
export const columnName = (place: number): string => `c${place}`;

/** How often a column's value occurs, in the table of its values. */
export const countName = (place: number): string => `n${place}`;

/** The name of a source's rows, as the step reads them. */
export const sourceName = (source: string): string => `source_${source}`;

/**
 * All records of all sources as text, a column for each of the model.
 *
 * Out: source (place among the sources), id, c0, c1 …; NULL where a value is missing or blank.
 */
export function recordsTable(
  { sources, model }: ResolvedMatch,
  files: MatchSpec["sources"],
  idType: SqlType,
): Statement {
  const parts = sources.map((source, place) => {
    const file = files[source];
    if (file === undefined) throw new InvariantError("a source of records has no file");
    const values = model.columns.map((column, c) =>
      as(
        valueText(column.expression, (name) => textIn(file, name)),
        columnName(c),
      ),
    );
    const id = as(cast(ident(file.id), idType), "id");
    return sql`SELECT ${join([as(literal(place), "source"), id, ...values])}
FROM ${ident(sourceName(source))}`;
  });
  return statement(tables.records, recordColumns(model.columns, idType, "varchar"), join(parts, unionAll));
}

/** An expression as one text, be it a list or not. */
function valueText(expression: Expression, column: (name: string) => Sql): Sql {
  const value = compileExpression(expression, column);
  return isList(expression) ? fn.listText(value) : value;
}

/**
 * The text of a source's own column without spaces at its ends; NULL where it is missing or blank. Most values have none
 * there, and to look for them costs much less than to cut them off.
 */
export function ownText(column: string): Sql {
  const x = cast(ident(column), "varchar");
  const spaces = [" ", "\u00a0"].flatMap((space) => [
    sql`${x} LIKE ${literal(`${space}%`)}`,
    sql`${x} LIKE ${literal(`%${space}`)}`,
  ]);
  return sql`CASE WHEN ${or([sql`${x} = ''`, ...spaces])} THEN nullif(trim(${x}), '') ELSE ${x} END`;
}

/** The text of a named column as a source has it: under its name, written otherwise, or not there at all. */
export function textIn({ columns = {} }: Pick<MatchSpec["sources"][string], "columns">, name: string): Sql {
  const own = Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (own === undefined) return ownText(name);
  if (own === null) return nullOf("varchar");
  const { expression } = parseExpression(own);
  if (expression === undefined) throw new InvariantError("a column's expression was not checked");
  return valueText(expression, ownText);
}

const unionAll = sql`
UNION ALL
`;

function recordColumns(columns: readonly ModelColumn[], idType: SqlType, type: SqlType): Column[] {
  return [
    { name: "source", type: "tinyint" },
    { name: "id", type: idType },
    ...columns.map((_, c): Column => ({ name: columnName(c), type })),
  ];
}

/**
 * The distinct values of each dictionary, numbered from 1 in no order that matters.
 *
 * Out: id, value, how often each of the dictionary's columns has it, and what its tests need to know of it.
 */
export function valueTables({ model: { columns } }: ResolvedMatch): Statement[] {
  return columns.flatMap((column, place) => {
    if (column.dictionary !== place) return [];
    const sharing = columns.flatMap((other, c) => (other.dictionary === place ? [c] : []));
    const needs = [...new Set(sharing.flatMap((c) => columns[c]?.needs ?? []))].sort();
    const attributes = needs.flatMap((need) => attributeOf(need));
    const output: Column[] = [
      { name: "id", type: "integer" },
      { name: "value", type: "varchar" },
      ...sharing.map((c): Column => ({ name: countName(c), type: "bigint" })),
      ...attributes.map(({ column: its }) => its),
    ];
    const query = sql`SELECT ${join([
      as(fn.rowNumber(literal(1)), "id"),
      ident("value"),
      ...sharing.map((c) => ident(countName(c))),
      ...attributes.map(({ column: its, value }) => as(value, its.name)),
    ])}
FROM (${countedValues(sharing)}) AS v`;
    return [statement(tables.values(place), output, query)];
  });
}

function countedValues(sharing: readonly number[]): Sql {
  if (sharing.length === 1) {
    const column = ident(columnName(sharing[0] as number));
    return sql`SELECT ${column} AS value, count(*) AS ${ident(countName(sharing[0] as number))}
FROM ${ident(tables.records)}
WHERE ${column} IS NOT NULL
GROUP BY ${column}`;
  }
  const parts = sharing.map((c) => {
    const counts = sharing.map((other) => as(literal(other === c ? 1 : 0), countName(other)));
    return sql`SELECT ${join([as(ident(columnName(c)), "value"), ...counts])}
FROM ${ident(tables.records)}
WHERE ${ident(columnName(c))} IS NOT NULL`;
  });
  const sums = sharing.map((c) => as(sql`sum(${ident(countName(c))})`, countName(c)));
  return sql`SELECT ${join([ident("value"), ...sums])}
FROM (${join(parts, unionAll)}) AS all_values
GROUP BY value`;
}

/** What a test needs to know of a value: a column of the table of values. */
function attributeOf(need: Attribute): { column: Column; value: Sql }[] {
  switch (need) {
    case "day": {
      const day = fn.daysBetween(sql`DATE '1970-01-01'`, fn.parseDate(ident("value"), literal("%Y-%m-%d")));
      return [{ column: { name: "day", type: "integer" }, value: day }];
    }
    case "number":
      return [
        {
          column: { name: "number", type: "double" },
          value: fn.tryCast(ident("value"), { kind: "type", type: "double" }),
        },
      ];
    case "bits":
      return [{ column: { name: "bits", type: "varchar" }, value: bitText(ident("value")) }];
    default:
      return [];
  }
}

/** Bit vectors as hexadecimal text: from hexadecimal or base64 text, NULL for any other. Source: RFC 4648. */
function bitText(x: Sql): Sql {
  const isHex = fn.regexMatches(x, literal("^([0-9A-Fa-f]{2})+\\z"));
  const quads = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})\\z";
  return sql`CASE WHEN ${isHex} THEN upper(${x}) WHEN ${fn.regexMatches(x, literal(quads))} THEN ${fn.base64Hex(x)} END`;
}

/**
 * All records by the numbers of their values, in order of source and id.
 *
 * Out: rid (0, 1, … in that order), source, id, c0, c1 …; 0 where a value is missing.
 */
export function encodedTable({ model: { columns } }: ResolvedMatch, idType: SqlType): Statement {
  const values = columns.map((column, c) => ({
    name: columnName(c),
    alias: `v${c}`,
    table: tables.values(column.dictionary),
  }));
  const numbers = values.map(({ name, alias }) => as(sql`coalesce(${ident(alias, "id")}, 0)`, name));
  const joins = values.map(
    ({ name, alias, table }) => sql`
LEFT JOIN ${ident(table)} AS ${ident(alias)} ON ${ident(alias, "value")} = ${ident("r", name)}`,
  );
  const query = sql`SELECT ${join([as(sql`${fn.rowNumber(sql`source`, sql`id`)} - 1`, "rid"), sql`e.*`])}
FROM (
SELECT ${join([sql`r.source, r.id`, ...numbers])}
FROM ${ident(tables.records)} AS r${join(joins, sql``)}
ORDER BY r.source, r.id
) AS e`;
  const output: Column[] = [{ name: "rid", type: "integer" }, ...recordColumns(columns, idType, "integer")];
  return statement(tables.encoded, output, query);
}
