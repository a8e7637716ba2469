import { InvariantError } from "../base/diagnostics.ts";
import type { Dialect } from "./dialect.ts";
import type { Literal, Sql } from "./sql.ts";

/**
 * The one place where SQL becomes text.
 *
 * Errors: InvariantError on NaN, an infinity, a NUL, or an empty identifier.
 */
export function print(node: Sql, dialect: Dialect): string {
  switch (node.kind) {
    case "text":
      return node.text;
    case "ident":
      return node.path.map(dialect.quoteIdentifier).join(".");
    case "literal":
      return printLiteral(node.value, dialect);
    case "type":
      return dialect.typeName(node.type);
    case "call":
      return dialect.calls[node.fn](
        node.args.map((arg) => print(arg, dialect)),
        node.args,
      );
    case "list":
      return node.parts.map((part) => print(part, dialect)).join("");
  }
}

function printLiteral(value: Literal, dialect: Dialect): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return dialect.quoteText(value);
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new InvariantError("NaN and infinity have no literal");
  }
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  return value.toString();
}
