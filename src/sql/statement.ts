import type { Statement } from "./operation.ts";
import type { Sql } from "./sql.ts";
import type { Column, SqlType } from "./type.ts";

/** Columns from name and type. */
export function columns(types: Readonly<Record<string, SqlType>>): Column[] {
  return Object.entries(types).map(([name, type]) => ({ name, type }));
}

/** One statement whose table has the statement's name. */
export function statement(name: string, output: readonly Column[], query: Sql): Statement {
  return { kind: "statement", id: name, output: { name, columns: output }, query };
}
