import { literal, type Sql, sql } from "../sql/sql.ts";

/** Codes of one width in one text: the quickest table of constants that a database reads by position. */
export interface Packed {
  readonly text: string;
  readonly width: number;
  readonly count: number;
}

/** Packs codes, each filled with spaces to the longest. */
export function pack(codes: readonly string[]): Packed {
  const width = Math.max(...codes.map((code) => code.length));
  return { text: codes.map((code) => code.padEnd(width)).join(""), width, count: codes.length };
}

/** The code at an index from 0, VARCHAR. */
export function codeAt({ text, width }: Packed, index: Sql): Sql {
  return sql`substring(${literal(text)}, CAST((${index}) * ${literal(width)} + 1 AS INTEGER), ${literal(width)})`;
}

/** A weighted list as one to pick from evenly: `{ A: 3, B: 1 }` is A, A, A, B. */
export function weighted(weights: Readonly<Record<string, number>>): Packed {
  return pack(
    Object.entries(weights).flatMap(([code, weight]) => Array.from({ length: weight }, () => code)),
  );
}
