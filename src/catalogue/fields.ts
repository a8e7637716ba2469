import type { SqlType } from "../sql/type.ts";
import type { CodeList, Field, Identifies, Permission } from "./dataset.ts";

/** One line of a field table: name, type, identifies, permission, meaning, and what else is known. */
export type FieldRow = readonly [
  name: string,
  type: SqlType,
  identifies: Identifies,
  permission: Permission,
  meaning: string,
  more?: {
    readonly codes?: CodeList;
    readonly missing?: CodeList;
    readonly from?: string;
    readonly to?: string;
    readonly recalled?: true;
  },
];

/**
 * A field table as fields. A name `DIAG_4_{01..20}` stands for the twenty columns DIAG_4_01 to DIAG_4_20,
 * and `{n}` in its meaning for the number.
 */
export function fields(rows: readonly FieldRow[]): Field[] {
  return rows.flatMap(([pattern, type, identifies, permission, meaning, more]) =>
    expand(pattern).map(({ name, number }) => ({
      name,
      type,
      identifies,
      permission,
      meaning: meaning.replaceAll("{n}", number),
      ...more,
    })),
  );
}

/** Column names of a shape, in order, with the same pattern. */
export function columns(patterns: readonly string[]): string[] {
  return patterns.flatMap((pattern) => expand(pattern).map(({ name }) => name));
}

function expand(pattern: string): { name: string; number: string }[] {
  const range = /\{(\d+)\.\.(\d+)\}/.exec(pattern);
  if (range === null) return [{ name: pattern, number: "" }];
  const [whole, from = "", to = ""] = range;
  const count = Number(to) - Number(from) + 1;
  return Array.from({ length: count }, (_, i) => {
    const number = String(Number(from) + i);
    return { name: pattern.replace(whole, number.padStart(from.length, "0")), number };
  });
}
