import type { FunctionName } from "./function-names.ts";
import type { SqlType } from "./type.ts";

/** A value that may stand in SQL text. Identifiers of people never do. */
export type Literal = string | number | bigint | boolean | null;

/** SQL under construction: a tree, printed to text once, by `print` alone. */
export type Sql =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "ident"; readonly path: readonly string[] }
  | { readonly kind: "literal"; readonly value: Literal }
  | { readonly kind: "type"; readonly type: SqlType }
  | { readonly kind: "call"; readonly fn: FunctionName; readonly args: readonly Sql[] }
  | { readonly kind: "list"; readonly parts: readonly Sql[] };

/** SQL written as SQL. The template's own text is trusted; a `${}` takes nodes only. */
export function sql(template: TemplateStringsArray, ...nodes: readonly Sql[]): Sql {
  const parts = template.raw.flatMap((text, i): Sql[] => {
    const node = nodes[i];
    return node ? [{ kind: "text", text }, node] : [{ kind: "text", text }];
  });
  return { kind: "list", parts };
}

/** A name, qualified or not: `ident("l", "dob")`. */
export function ident(...path: readonly [string, ...string[]]): Sql {
  return { kind: "ident", path };
}

export function literal(value: Literal): Sql {
  return { kind: "literal", value };
}

/** `CAST(expression AS type)`, in the dialect's name for the type. */
export function cast(expression: Sql, type: SqlType): Sql {
  return sql`CAST(${expression} AS ${{ kind: "type", type }})`;
}

/** NULL of a declared type; a bare NULL has none in some engines. */
export function nullOf(type: SqlType): Sql {
  return cast(literal(null), type);
}

const comma: Sql = { kind: "text", text: ",\n  " };

/** Parts with a separator between them. No parts give an empty node. */
export function join(parts: readonly Sql[], separator: Sql = comma): Sql {
  return { kind: "list", parts: parts.flatMap((part, i) => (i === 0 ? [part] : [separator, part])) };
}

/** Conjunction in brackets; TRUE when there is nothing to hold. */
export function and(parts: readonly Sql[]): Sql {
  return connected(parts, sql` AND `, literal(true));
}

/** Disjunction in brackets; FALSE when there is nothing to hold. */
export function or(parts: readonly Sql[]): Sql {
  return connected(parts, sql` OR `, literal(false));
}

function connected(parts: readonly Sql[], separator: Sql, none: Sql): Sql {
  const [first, ...others] = parts;
  if (first === undefined) return none;
  return others.length === 0 ? first : sql`(${join(parts, separator)})`;
}

/** `expression AS name`, for a select list. */
export function as(expression: Sql, name: string): Sql {
  return sql`${expression} AS ${ident(name)}`;
}

/** `(a, b, …)` of literals, for IN. */
export function literals(values: readonly Literal[]): Sql {
  return sql`(${join(values.map(literal), sql`, `)})`;
}

/** A select list of the columns of one table, by name. */
export function columnsOf(names: readonly string[], table?: string): Sql {
  return join(names.map((name) => (table === undefined ? ident(name) : ident(table, name))));
}
