import { type DataSet, type Field, fieldOf } from "../../catalogue/dataset.ts";
import { matchesPattern } from "../../model/gate-agreement.ts";
import { fn } from "../../sql/functions.ts";
import { and, cast, ident, literal, or, type Sql, sql } from "../../sql/sql.ts";
import type { Condition } from "./extract-spec.ts";

/** A field named in a condition, with the path to where it stands. */
export interface NamedField {
  readonly pattern: string;
  readonly path: readonly (string | number)[];
}

/** Every field that a condition looks at. */
export function namedFields(condition: Condition, path: readonly (string | number)[]): NamedField[] {
  if ("all" in condition) return condition.all.flatMap((c, i) => namedFields(c, [...path, "all", i]));
  if ("any" in condition) return condition.any.flatMap((c, i) => namedFields(c, [...path, "any", i]));
  if ("not" in condition) return namedFields(condition.not, [...path, "not"]);
  return [{ pattern: condition.field, path: [...path, "field"] }];
}

/** The fields of a data set that a name or a family means, in catalogue order. */
export function fieldsNamed(dataSet: DataSet, pattern: string): readonly Field[] {
  const exact = fieldOf(dataSet, pattern);
  return exact ? [exact] : dataSet.fields.filter((field) => matchesPattern(pattern, field.name));
}

/**
 * A condition as SQL over one record of table `table`: TRUE, FALSE, or NULL where a missing value leaves it open, which
 * `NOT` keeps. Of a family, one matching field is enough; it is NULL where every field of the family is missing.
 * from and to: both ends included.
 */
export function compileCondition(condition: Condition, dataSet: DataSet, table: string): Sql {
  if ("all" in condition) return and(condition.all.map((c) => compileCondition(c, dataSet, table)));
  if ("any" in condition) return or(condition.any.map((c) => compileCondition(c, dataSet, table)));
  if ("not" in condition) return sql`(NOT ${compileCondition(condition.not, dataSet, table)})`;
  const tests = fieldsNamed(dataSet, condition.field).map((field) => {
    const value = knownValue(field, table);
    return { value, holds: holds(condition, field, value) };
  });
  const [first, ...others] = tests;
  if (first === undefined) return literal(false);
  if (others.length === 0) return first.holds;
  const some = or(tests.map((test) => sql`coalesce(${test.holds}, FALSE)`));
  return sql`(CASE WHEN ${and(tests.map((test) => sql`${test.value} IS NULL`))} THEN NULL ELSE ${some} END)`;
}

/** A field's value, NULL where the catalogue says that it stands for none. */
function knownValue(field: Field, table: string): Sql {
  const value = ident(table, field.name);
  const missing = Object.keys(field.missing ?? {});
  if (missing.length === 0) return value;
  const list = missing.map((code) => typed(field, code));
  return sql`(CASE WHEN ${value} IN (${{ kind: "list", parts: list.flatMap((v, i) => (i === 0 ? [v] : [sql`, `, v])) }}) THEN NULL ELSE ${value} END)`;
}

function typed(field: Field, value: string | number): Sql {
  return field.type === "varchar" ? literal(String(value)) : cast(literal(value), field.type);
}

type Leaf = Extract<Condition, { field: string }>;

function holds(condition: Leaf, field: Field, value: Sql): Sql {
  if ("in" in condition) {
    return or(condition.in.map((wanted) => sql`${value} = ${typed(field, wanted)}`));
  }
  if ("matches" in condition) return or(condition.matches.map((pattern) => matches(value, pattern)));
  const bounds: Sql[] = [];
  if (condition.from !== undefined) bounds.push(sql`${value} >= ${typed(field, condition.from)}`);
  if (condition.to !== undefined) bounds.push(sql`${value} <= ${typed(field, condition.to)}`);
  return bounds.length === 0 ? sql`(${value} = ${value})` : and(bounds);
}

function matches(value: Sql, pattern: string): Sql {
  if (!pattern.endsWith("*")) return sql`${value} = ${literal(pattern)}`;
  const start = pattern.slice(0, -1);
  return sql`${fn.substring(value, literal(1), literal([...start].length))} = ${literal(start)}`;
}
