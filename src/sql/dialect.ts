import { InvariantError } from "../base/diagnostics.ts";
import type { FunctionName } from "./function-names.ts";
import type { Sql } from "./sql.ts";
import type { SqlType } from "./type.ts";

/** How one engine writes what engines write differently. */
export interface Dialect {
  readonly name: "duckdb" | "spark";
  readonly quoteIdentifier: (name: string) => string;
  readonly quoteText: (text: string) => string;
  readonly typeName: (type: SqlType) => string;
  /** Prints a call from its printed arguments; `nodes` are the arguments as trees, where the spelling depends on a literal. */
  readonly calls: Readonly<Record<FunctionName, (args: readonly string[], nodes: readonly Sql[]) => string>>;
}

/** Engines end a token at NUL, so no quoting makes one safe. */
export function refuseNul(text: string): void {
  if (text.includes("\0")) throw new InvariantError("a NUL cannot stand in SQL text");
}

/** The text of a literal argument; a call whose spelling depends on it takes nothing else. */
export function literalText(node: Sql | undefined): string {
  if (node?.kind !== "literal" || typeof node.value !== "string") {
    throw new InvariantError("this function takes its pattern as a text literal");
  }
  return node.value;
}

/** Date patterns that both engines read alike once a regular expression guards the shape. */
const datePatterns: Readonly<Record<string, { guard: string; spark: string }>> = {
  "%Y-%m-%d": { guard: "^[0-9]{4}-[0-9]{2}-[0-9]{2}\\z", spark: "yyyy-MM-dd" },
  "%Y%m%d": { guard: "^[0-9]{8}\\z", spark: "yyyyMMdd" },
  "%d/%m/%Y": { guard: "^[0-9]{2}/[0-9]{2}/[0-9]{4}\\z", spark: "dd/MM/yyyy" },
  "%Y/%m/%d": { guard: "^[0-9]{4}/[0-9]{2}/[0-9]{2}\\z", spark: "yyyy/MM/dd" },
  "%d%m%Y": { guard: "^[0-9]{8}\\z", spark: "ddMMyyyy" },
  "%m%Y": { guard: "^[0-9]{6}\\z", spark: "MMyyyy" },
  "%Y-%m": { guard: "^[0-9]{4}-[0-9]{2}\\z", spark: "yyyy-MM" },
};

export function datePattern(pattern: string): { guard: string; spark: string } {
  const known = datePatterns[pattern];
  if (known === undefined) throw new InvariantError(`date pattern ${pattern} is not in the catalogue`);
  return known;
}
