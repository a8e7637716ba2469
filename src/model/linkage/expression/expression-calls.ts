import { nearest } from "../../../base/diagnostics.ts";
import type { Expression } from "./expression.ts";
import { type ExpressionFunction, functionArguments } from "./expression-functions.ts";
import { groupsOf, patternProblem } from "./expression-pattern.ts";

/** The names of the functions. */
export const functionNames = Object.keys(functionArguments) as readonly ExpressionFunction[];

/** The date formats that `date` reads: those of the SQL catalogue's parseDate. */
export const dateFormats = ["%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%d%m%Y", "%m%Y", "%Y-%m"] as const;

/** Second names of functions. */
const aliases: ReadonlyMap<string, ExpressionFunction> = new Map([["outcode", "district"]]);

/** What those who know SQL write, and what says it here. */
const foreign: ReadonlyMap<string, string> = new Map([
  ["substring", "substr(column, first, length)"],
  ["left", "substr(column, 1, length)"],
  ["right", "last(column, length)"],
  ["concat", "column || column"],
  ["ifnull", "coalesce(column, other)"],
  ["lcase", "lower(column)"],
  ["ucase", "upper(column)"],
  ["strptime", "date(column, 'format')"],
  ["try_strptime", "date(column, 'format')"],
  ["to_date", "date(column, 'format')"],
  ["string_split", "split(column, 'separator')"],
]);

/** The function of a name in any case; else a sentence that says there is none, and which one may be meant. */
export function functionNamed(name: string): { fn: ExpressionFunction } | { problem: string } {
  const lower = name.toLowerCase();
  const fn = functionNames.find((other) => other === lower) ?? aliases.get(lower);
  if (fn !== undefined) return { fn };
  const meant = foreign.get(lower);
  if (meant !== undefined) return { problem: `there is no function "${name}": write ${meant}` };
  const near = nearest(name, [...functionNames, ...aliases.keys()]);
  const hint = near === undefined ? `; there are ${functionNames.join(", ")}` : ` (did you mean "${near}"?)`;
  return { problem: `there is no function "${name}"${hint}` };
}

/** What is wrong with what a function is given, as a sentence; nothing where it can be called. Lists are not looked at. */
export function callProblem(fn: ExpressionFunction, args: readonly Expression[]): string | undefined {
  const { least, most, literals = [], form } = functionArguments[fn];
  if (args.length < least || args.length > most) {
    return `${fn} takes ${countText(least, most)}, not ${args.length}: ${form}`;
  }
  for (const [i, arg] of args.entries()) {
    const problem = literalProblem(fn, i, literals[i], arg);
    if (problem !== undefined) return `the ${ordinal(i + 1)} value of ${fn} ${problem}`;
  }
  const [, pattern, group] = args;
  if (fn !== "regexp_extract" || pattern?.kind !== "text" || group?.kind !== "number") return undefined;
  const groups = Math.min(groupsOf(pattern.value), 9);
  return group.value <= groups
    ? undefined
    : `regexp_extract is asked for group ${group.value} of a pattern of which ${groups} can be asked for`;
}

function countText(least: number, most: number): string {
  if (least === most) return least === 1 ? "1 value" : `${least} values`;
  return most === least + 1 ? `${least} or ${most} values` : `${least} to ${most} values`;
}

function ordinal(n: number): string {
  return ["1st", "2nd", "3rd"][n - 1] ?? `${n}th`;
}

/** What is wrong with a value that must be written out, as SQL depends on it. */
function literalProblem(
  fn: ExpressionFunction,
  i: number,
  kind: "text" | "number" | undefined,
  arg: Expression,
): string | undefined {
  if (kind === undefined) return undefined;
  if (arg.kind !== kind)
    return kind === "text" ? "must be a text in single quotes" : "must be a whole number";
  if (arg.kind === "number") {
    return arg.value > 0 || fn === "regexp_extract" ? undefined : "must be a whole number from 1";
  }
  if (arg.kind !== "text" || fn === "nullif" || (fn === "replace" && i === 2)) return undefined;
  if (arg.value === "") return "must not be empty";
  if (fn === "regexp_extract") return patternProblem(arg.value);
  if (fn !== "date" || dateFormats.some((format) => format === arg.value)) return undefined;
  return `must be one of ${dateFormats.map((format) => `'${format}'`).join(", ")}`;
}
