import type { Dialect } from "./dialect.ts";
import type { Operation } from "./operation.ts";
import { print } from "./print.ts";
import { as, cast, ident, join, sql } from "./sql.ts";

/** The SQL of an operation, headed by a comment that leads back to its step. A statement casts each declared column. */
export function operationSql(operation: Operation, dialect: Dialect): string {
  const head = `-- ${operation.kind} ${operation.id}\n`;
  if (operation.kind !== "statement") {
    return `${head}${print(operation.kind === "host" ? operation.input : operation.query, dialect)}`;
  }
  const columns = operation.output.columns.map((c) => as(cast(ident("q", c.name), c.type), c.name));
  const query = sql`CREATE TABLE ${ident(operation.output.name)} AS
SELECT ${join(columns)}
FROM (
${operation.query}
) AS q`;
  return `${head}${print(query, dialect)}`;
}
