import { type FunctionName, functionNames } from "./function-names.ts";
import type { Sql } from "./sql.ts";

type Call = (...args: readonly Sql[]) => Sql;

function call(fn: FunctionName): Call {
  return (...args) => ({ kind: "call", fn, args });
}

/**
 * The function catalogue. Argument order is the template's; NULL in gives NULL out unless said.
 *
 * regexMatches(text, pattern): the pattern is found; anchor it with ^ and \z.
 * regexReplace(text, pattern, replacement): every match replaced; in the replacement, a literal, \1 to \9 are groups.
 * parseDate(text, pattern): DATE or NULL; pattern is one of %Y-%m-%d, %Y%m%d, %d/%m/%Y, %Y/%m/%d, %d%m%Y as a literal, and guards the shape.
 * daysBetween(a, b): b − a in days. yearsBetween(a, b): completed years, 29 February counts from 1 March.
 * argMin(value, key), argMax(value, key): the value at the smallest or largest key, NULL values included.
 * stringAgg(text, separator, order): text joined in order.
 * splitText(text, separator): the list of its parts, trimmed, without blank ones; the separator is a literal.
 * bucket(text): a BIGINT of 60 bits from SHA-256, for sampling and chunks.
 * countDistinctRows(a, b, …): distinct tuples, NULLs included.
 * listText(list): its distinct values as one text, trimmed and ascending, U+001F between them; NULL where all are blank.
 * sharedParts(text, text): how many values two such texts share, NULL where one is. explodeParts(text): a row for each value; in SELECT alone.
 * base64Hex(text): base64 text as hexadecimal text in capitals.
 * bitsSet(hex), sharedBits(hex, hex): ones among bits written as hexadecimal text; ones of both, where they are as long.
 * shiftLeft32(n): n · 2³², as BIGINT.
 * rowNumber(key, …): 1, 2, … in the order of the keys, in which the query below gives the rows; a literal, where none matters.
 * Source: DuckDB 1.5 and Spark 4.3 documentation; each pair was run side by side.
 */
export const fn = Object.fromEntries(functionNames.map((name) => [name, call(name)])) as Readonly<
  Record<FunctionName, Call>
>;
