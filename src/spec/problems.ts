import { safeParse, type z } from "zod";
import { nearest } from "../base/diagnostics.ts";
import { type FoundUnion, findUnions } from "./find-unions.ts";
import { knownKeys } from "./known-keys.ts";
import { valueAt } from "./value-at.ts";
import type { Path } from "./yaml.ts";

/** One thing that a schema finds wrong, at a path from the root of the file. A type or a choice may also be absent. */
export type Problem =
  | { readonly kind: "type"; readonly path: Path; readonly expected: string }
  | { readonly kind: "choice"; readonly path: Path; readonly values: readonly unknown[] }
  | {
      readonly kind: "keys";
      readonly path: Path;
      readonly keys: readonly string[];
      readonly known: readonly string[];
    }
  | { readonly kind: "sentence"; readonly path: Path; readonly detail: string; readonly isOfKey?: true };

type Issue = z.core.$ZodIssue;
type RawIssue = z.core.$ZodRawIssue;

/** The names of types as a person knows them. */
const typeNames: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "keys with values",
  record: "keys with values",
  null: "nothing",
  undefined: "nothing",
};

/**
 * Everything wrong with `value`, which stands at `base` in a file.
 *
 * A union is told as the branch that the value fits best; where the branches differ in one key's value, such as
 * `apply: true` and `apply: false`, that key alone is told.
 */
export function findProblems(
  schema: z.ZodType,
  value: unknown,
  base: Path,
): { data: unknown; problems: Problem[] } {
  const result = schema.safeParse(value);
  if (result.success) return { data: result.data, problems: [] };
  const problems = problemsOf(schema, value, base);
  return { data: undefined, problems: problems.map((problem) => withAllKeys(problem, schema, value, base)) };
}

/** Each branch of a union is tried by itself: Zod tells of one that it guesses, and of none where it guesses not. */
function problemsOf(schema: z.core.$ZodType, value: unknown, base: Path): Problem[] {
  const known: KnownKeys = new Map();
  const result = safeParse(schema, value, { error: (issue) => plainSentence(issue, known) });
  if (result.success) return [];
  const unions = findUnions(schema, value, base);
  const byUnion = new Map<string, Problem[]>(unions.map(({ path }) => [JSON.stringify(path), []]));
  const outside: Problem[] = [];
  for (const issue of result.error.issues) {
    const problem = toProblem(issue, base, known);
    const union = prefixes(problem.path).find((prefix) => byUnion.has(prefix));
    (byUnion.get(union ?? "") ?? outside).push(problem);
  }
  const inside = unions.flatMap((union) => {
    const branches = union.options.map((option) => problemsOf(option, union.value, union.path));
    return branches.every((branch) => branch.length > 0)
      ? settleUnion(branches, union)
      : (byUnion.get(JSON.stringify(union.path)) ?? []);
  });
  return [...outside, ...inside];
}

function prefixes(path: Path): string[] {
  return [...path, undefined].map((_, length) => JSON.stringify(path.slice(0, length)));
}

/** What a person may write in place of a strange key is not only what the best branch knows. */
function withAllKeys(problem: Problem, schema: z.ZodType, value: unknown, base: Path): Problem {
  if (problem.kind !== "keys") return problem;
  const all = knownKeys(schema, value, problem.path.slice(base.length));
  return all.length === 0 ? problem : { ...problem, known: all };
}

/** Keys that the strict object knows which complains of others. */
type KnownKeys = Map<readonly string[], readonly string[]>;

/** A sentence for what has none of its own in the schema. Notes the keys that a strict object knows, on the way. */
function plainSentence(issue: RawIssue, known: KnownKeys): string {
  switch (issue.code) {
    case "unrecognized_keys": {
      const shape = (issue.inst as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def?.shape;
      known.set(issue.keys, Object.keys(shape ?? {}));
      return "there is an unknown key";
    }
    case "invalid_type":
      return isInteger(issue.inst) ? "a whole number" : (typeNames[issue.expected] ?? issue.expected);
    case "too_small":
      return bound(issue.origin, issue.inclusive === false ? "more than" : "at least", Number(issue.minimum));
    case "too_big":
      return bound(issue.origin, issue.inclusive === false ? "less than" : "at most", Number(issue.maximum));
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    default:
      return "this is not allowed here";
  }
}

/** Zod says of a text that it is no number, even where only whole ones are taken. */
function isInteger(schema: unknown): boolean {
  const format = (schema as { _zod?: { def?: { format?: string } } } | undefined)?._zod?.def?.format;
  return format !== undefined && /int/.test(format);
}

function bound(origin: string, relation: string, limit: number): string {
  const thing = origin === "array" ? "the list" : origin === "string" ? "the text" : undefined;
  if (thing === undefined) return `must be ${relation} ${limit}`;
  if (relation === "at least" && limit === 1) return `${thing} must not be empty`;
  return `${thing} must have ${relation} ${limit} ${origin === "array" ? "items" : "characters"}`;
}

function toProblem(issue: Issue, base: Path, known: KnownKeys): Problem {
  const path = [...base, ...issue.path.map((part) => (typeof part === "symbol" ? String(part) : part))];
  const sentence: Problem = { kind: "sentence", path, detail: issue.message };
  switch (issue.code) {
    case "invalid_type":
      return wrongType(issue.message, path);
    case "invalid_value":
      return { kind: "choice", path, values: issue.values };
    case "unrecognized_keys":
      return { kind: "keys", path, keys: issue.keys, known: known.get(issue.keys) ?? [] };
    case "invalid_union":
      return "options" in issue && issue.options !== undefined
        ? { kind: "choice", path, values: issue.options }
        : sentence;
    case "invalid_key":
      return { ...sentence, detail: issue.issues[0]?.message ?? issue.message, isOfKey: true };
    default:
      return sentence;
  }
}

/** A schema that has a sentence of its own for a wrong type is told by it. */
function wrongType(message: string, path: Path): Problem {
  return Object.values(typeNames).includes(message)
    ? { kind: "type", path, expected: message }
    : { kind: "sentence", path, detail: message };
}

function settleUnion(branches: readonly (readonly Problem[])[], union: FoundUnion): readonly Problem[] {
  const { path, value, options } = union;
  const types = branches.flatMap((b) => b.filter((p) => p.kind === "type" && samePath(p.path, path)));
  if (types.length === branches.length) {
    const expected = [...new Set(types.map((p) => (p.kind === "type" ? p.expected : "")))].join(" or ");
    return [{ kind: "type", path, expected }];
  }
  const told = commonChoice(branches);
  if (told !== undefined) return [told];
  const known = options.flatMap((option) => knownKeys(option, value, []));
  const misfits = branches.map((branch) => misfit(branch, union, known));
  return branches[misfits.indexOf(Math.min(...misfits))] ?? [];
}

function isTelling(problem: Problem, path: Path): boolean {
  return problem.kind === "choice" && problem.path.length === path.length + 1;
}

/** The key whose value tells the branches apart, when it has none of their values. */
function commonChoice(branches: readonly (readonly Problem[])[]): Problem | undefined {
  const [first = [], ...others] = branches;
  for (const problem of first) {
    if (problem.kind !== "choice") continue;
    const same = others.map((b) => b.find((p) => p.kind === "choice" && samePath(p.path, problem.path)));
    if (same.some((p) => p === undefined)) continue;
    const values = [problem, ...same].flatMap((p) => (p?.kind === "choice" ? p.values : []));
    return { ...problem, values: [...new Set(values)] };
  }
  return undefined;
}

/**
 * How badly a value fits a branch: a wrong type of the whole worst, then a wrong telling value, then keys of other
 * branches, then strange ones. Mistakes further inside hardly count, as the keys have told the branch by then.
 */
function misfit(
  problems: readonly Problem[],
  { path, value }: FoundUnion,
  allKeys: readonly string[],
): number {
  const costs = problems.map((problem) => {
    const depth = problem.path.length - path.length;
    if (problem.kind === "type" && depth === 0) return 1000;
    if (problem.kind === "keys" && depth === 0) return strangeness(problem.keys, problem.known, allKeys);
    if (depth > 1 || problem.kind === "keys") return 1 / problems.length;
    if (valueAt(value, problem.path.slice(path.length)) === undefined) return 2;
    return isTelling(problem, path) ? 20 : 1;
  });
  return costs.reduce((sum, cost) => sum + cost, 0);
}

/** A misspelt key of a branch almost speaks for it; a key of another branch speaks against it. */
function strangeness(keys: readonly string[], known: readonly string[], allKeys: readonly string[]): number {
  const costs = keys.map((key) => {
    if (allKeys.includes(key)) return 10;
    const near = nearest(key, allKeys);
    return near !== undefined && known.includes(near) ? 0.5 : 3;
  });
  return costs.reduce((sum, cost) => sum + cost, 0);
}

function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}
