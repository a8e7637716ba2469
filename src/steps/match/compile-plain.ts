import type { Attribute, ResolvedModel } from "../../model/linkage/resolved.ts";
import type { HostCall, Operation } from "../../sql/operation.ts";
import { as, cast, ident, join, literal, type Sql, sql } from "../../sql/sql.ts";
import { columns, statement } from "../../sql/statement.ts";
import type { Column, SqlType } from "../../sql/type.ts";
import { type PairRecords, rulePairs } from "./compile-pairs.ts";
import { columnName, countName, tables } from "./compile-records.ts";
import { scoredColumns } from "./compile-results.ts";
import { attributeName, compileLevel, type StoredAttribute } from "./compile-tests.ts";
import type { ResolvedMatch } from "./resolve-match.ts";

/** The calls that give the weights of levels (comparison, level, units) and of values by their count (… n, units). */
export interface Weighing {
  readonly levels: HostCall;
  readonly terms: HostCall;
}

/**
 * Scoring as any database can do it: every pair of every rule is compared in full. What the other plans must equal.
 *
 * Makes `scored`.
 */
export function plainScoring(match: ResolvedMatch, least: number, { levels, terms }: Weighing): Operation[] {
  return [
    levels,
    terms,
    weightsRow(match.model),
    comparedTable(match.model, { name: comparedRecords.table, how: "text", hasTerms: true }),
    levelsTable(match),
    scoredTable(sumOfLevels(match.model, least)),
  ];
}

/** A level's weight in the row of all. */
export const weightName = (comparison: number, level: number) => `w${comparison}_${level}`;

/** What the frequency of a record's value adds at a level. */
export const termName = (comparison: number, level: number) => `t${comparison}_${level}`;

/** The number of a value beside the value itself; NULL where it is missing. */
export const numberName = (place: number): string => `i${place}`;

/** Every level of every comparison. */
function levelsOf({ comparisons }: ResolvedModel) {
  return comparisons.flatMap(({ levels }, comparison) =>
    levels.map(({ term }, level) => ({ comparison, level, term })),
  );
}

/** All level weights side by side in one row. */
export function weightsRow(model: ResolvedModel): Operation {
  const its = levelsOf(model);
  const picked = its.map(({ comparison, level }) =>
    as(
      sql`max(CASE WHEN comparison = ${literal(comparison)} AND level = ${literal(level)} THEN units END)`,
      weightName(comparison, level),
    ),
  );
  const prior = as(sql`max(CASE WHEN comparison = -1 THEN units END)`, "prior");
  const output: Column[] = [
    { name: "prior", type: "bigint" },
    ...its.map(({ comparison, level }): Column => ({ name: weightName(comparison, level), type: "bigint" })),
  ];
  return statement(
    "weights",
    output,
    sql`SELECT ${join([prior, ...picked])}
FROM level_weight`,
  );
}

/** Where pairs to be scored are read. */
const comparedRecords: PairRecords = { table: "compared", nameOf: columnName };

/** A table of records to be compared. */
export interface ComparedTable {
  readonly name: string;
  /** Whether their values' numbers stand beside the text. */
  readonly how: "numbered" | "text";
  /** Whether it has what the frequency of each value adds. */
  readonly hasTerms: boolean;
}

/** Records as text, with what their values stand for, and what the frequency of each adds at the levels that look at it. */
export function comparedTable(
  model: ResolvedModel,
  { name: table, how, hasTerms }: ComparedTable,
): Operation {
  const parts = model.columns.map((column, place) => ({ ...column, place, alias: `v${place}` }));
  const numbered = how === "numbered" ? parts : [];
  const attributes = parts.flatMap(({ needs, place, alias }) =>
    needs.flatMap((need) => (isStored(need) ? [{ need, place, alias }] : [])),
  );
  const terms = levelsOf(model).flatMap(({ comparison, level, term }) =>
    term === undefined || !hasTerms
      ? []
      : [{ comparison, level, column: term.column, name: termName(comparison, level) }],
  );
  const query = sql`SELECT ${join([
    sql`e.rid, e.source`,
    ...parts.map(({ alias, place }) => as(ident(alias, "value"), columnName(place))),
    ...numbered.map(({ place }) => as(sql`nullif(${ident("e", columnName(place))}, 0)`, numberName(place))),
    ...attributes.map(({ need, place, alias }) => as(ident(alias, need), attributeName(place, need))),
    ...terms.map(({ name }) => as(ident(name, "units"), name)),
  ])}
FROM ${ident(tables.encoded)} AS e${{
    kind: "list",
    parts: [
      ...parts.map(
        ({ alias, place, dictionary }) => sql`
LEFT JOIN ${ident(tables.values(dictionary))} AS ${ident(alias)} ON ${ident(alias, "id")} = ${ident("e", columnName(place))}`,
      ),
      ...terms.map(
        ({ name, comparison, level, column }) => sql`
LEFT JOIN term_weight AS ${ident(name)} ON ${ident(name, "comparison")} = ${literal(comparison)} AND ${ident(name, "level")} = ${literal(level)} AND ${ident(name, "n")} = ${ident(`v${column}`, countName(column))}`,
      ),
    ],
  }}`;
  const output: Column[] = [
    ...columns({ rid: "integer", source: "tinyint" }),
    ...parts.map(({ place }): Column => ({ name: columnName(place), type: "varchar" })),
    ...numbered.map(({ place }): Column => ({ name: numberName(place), type: "integer" })),
    ...attributes.map(
      ({ need, place }): Column => ({
        name: attributeName(place, need),
        type: attributeTypes[need],
      }),
    ),
    ...terms.map(({ name }): Column => ({ name, type: "bigint" })),
  ];
  return statement(table, output, query);
}

const attributeTypes: Readonly<Record<StoredAttribute, SqlType>> = {
  day: "integer",
  number: "double",
  bits: "varchar",
};

function isStored(need: Attribute): need is StoredAttribute {
  return Object.hasOwn(attributeTypes, need);
}

export const levelName = (comparison: number) => `level_${comparison}`;

/** Every pair of every rule once, with the level of each comparison and the terms of both values. */
function levelsTable(match: ResolvedMatch): Operation {
  const { model, blocking } = match;
  const terms = levelsOf(model).flatMap(({ comparison, level, term }) =>
    term === undefined ? [] : [termName(comparison, level)],
  );
  const levels = model.comparisons.map((comparison, c) => as(compileLevel(comparison), levelName(c)));
  const both = terms.map((name) =>
    as(sql`coalesce(least(${ident("l", name)}, ${ident("r", name)}), 0)`, name),
  );
  const parts = blocking.map(
    (_, place) => sql`SELECT ${join([sql`l.rid AS l, r.rid AS r`, ...levels, ...both])}
FROM ${rulePairs(match, place, comparedRecords)}`,
  );
  const output: Column[] = [
    ...columns({ l: "integer", r: "integer" }),
    ...model.comparisons.map((_, c): Column => ({ name: levelName(c), type: "tinyint" })),
    ...terms.map((name): Column => ({ name, type: "bigint" })),
  ];
  return statement(
    "pair_levels",
    output,
    join(
      parts,
      sql`
UNION ALL
`,
    ),
  );
}

/** Pairs that reach the least weight, by the levels of all. */
function sumOfLevels(model: ResolvedModel, least: number): Sql {
  const parts = model.comparisons.map(({ levels }, c) => {
    const cases = levels.map(({ term }, level) => {
      const weight = ident("w", weightName(c, level));
      const its = term === undefined ? weight : sql`${weight} + ${ident("p", termName(c, level))}`;
      return sql` WHEN ${literal(level)} THEN ${its}`;
    });
    return sql`CASE ${ident("p", levelName(c))}${{ kind: "list", parts: cases }} ELSE 0 END`;
  });
  const sum = join(
    [ident("w", "prior"), ...parts],
    sql`
  + `,
  );
  return sql`SELECT l, r, units
FROM (
SELECT p.l, p.r, ${cast(sum, "bigint")} AS units
FROM pair_levels AS p
CROSS JOIN weights AS w
) AS s
WHERE units >= ${literal(least)}`;
}

/** Scored pairs in their order. */
export function scoredTable(pairs: Sql): Operation {
  return statement(
    "scored",
    scoredColumns,
    sql`${pairs}
ORDER BY l, r`,
  );
}
