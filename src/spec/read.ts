import type * as z from "zod";
import { type Diagnostic, diagnostic, nearest, sortDiagnostics } from "../base/diagnostics.ts";
import type { SourceSpan } from "../base/span.ts";
import { findProblems, type Problem } from "./problems.ts";
import { valueAt } from "./value-at.ts";
import { type LocatedYaml, type Path, parseYaml, shortened } from "./yaml.ts";

/** A specification as read. `value` is absent when anything is wrong; `diagnostics` then holds all of it. */
export interface ReadSpec<T> {
  readonly value: T | undefined;
  readonly spanOf: (path: Path) => SourceSpan;
  readonly diagnostics: readonly Diagnostic[];
}

/** Finds what no schema can say, in a value that may be wrong in other ways too: it believes nothing of its types. */
export type FurtherCheck = (
  value: Readonly<Record<string, unknown>>,
  yaml: LocatedYaml,
) => readonly Diagnostic[];

/**
 * Reads a file by its schema, and finds everything that is wrong at once. `further` runs on whatever could be read.
 *
 * Errors: spec/syntax, spec/not-plain, spec/duplicate-key, spec/unknown-key, spec/missing-key, spec/wrong-type,
 * spec/wrong-value. None of them shows a value of more than 40 characters.
 */
export function readSpec<T>(
  schema: z.ZodType<T>,
  text: string,
  file: string,
  further: FurtherCheck = () => [],
): ReadSpec<T> {
  const yaml = parseYaml(text, file);
  if (yaml.value === undefined)
    return { value: undefined, spanOf: yaml.spanOf, diagnostics: yaml.diagnostics };
  const read = readValue(schema, yaml.value, { yaml, base: [] });
  const diagnostics = sortDiagnostics([
    ...yaml.diagnostics,
    ...read.diagnostics,
    ...further(yaml.value, yaml),
  ]);
  const value = diagnostics.length === 0 ? read.value : undefined;
  return { value, spanOf: yaml.spanOf, diagnostics };
}

/** Where a value stands, and keys beside its schema's own that its mapping may have. */
export interface Place {
  readonly yaml: LocatedYaml;
  readonly base: Path;
  readonly otherKeys?: readonly string[];
}

/** Reads a part of a file by a schema of its own. Errors: as `readSpec`, those of the text excepted. */
export function readValue<T>(
  schema: z.ZodType<T>,
  value: unknown,
  place: Place,
): { value: T | undefined; diagnostics: readonly Diagnostic[] } {
  const { data, problems } = findProblems(schema, value, place.base);
  if (problems.length === 0) return { value: data as T, diagnostics: [] };
  const misspelt = new Set<string>();
  for (const p of problems) {
    if (p.kind !== "keys") continue;
    for (const key of p.keys) misspelt.add(pathText([...p.path, nearest(key, knownKeys(p, place)) ?? ""]));
  }
  const told = problems.filter((p) => !(isMissing(p, place) && misspelt.has(pathText(p.path))));
  return { value: undefined, diagnostics: told.flatMap((p) => toDiagnostics(p, place)) };
}

function pathText(path: Path): string {
  return JSON.stringify(path);
}

function isMissing(problem: Problem, { yaml }: Place): boolean {
  return valueAt(yaml.value, problem.path) === undefined;
}

function knownKeys(problem: Problem & { kind: "keys" }, place: Place): readonly string[] {
  const isBase = problem.path.length === place.base.length;
  return isBase ? [...(place.otherKeys ?? []), ...problem.known] : problem.known;
}

function toDiagnostics(problem: Problem, place: Place): Diagnostic[] {
  const { yaml } = place;
  if (problem.kind === "keys") {
    const known = knownKeys(problem, place);
    return problem.keys.map((key) => {
      const at = yaml.keySpanOf([...problem.path, key]);
      return diagnostic("spec/unknown-key", at, { key: shortened(key), near: nearest(key, known), known });
    });
  }
  const at = yaml.spanOf(problem.path);
  if (isMissing(problem, place))
    return [diagnostic("spec/missing-key", at, { key: String(problem.path.at(-1)) })];
  if (problem.kind === "sentence") {
    const where = problem.isOfKey === true ? yaml.keySpanOf(problem.path) : at;
    return [diagnostic("spec/wrong-value", where, { detail: problem.detail })];
  }
  const found = valueAt(yaml.value, problem.path);
  if (problem.kind === "choice" && problem.values.some((v) => typeof v === typeof found))
    return [diagnostic("spec/wrong-value", at, wrongChoice(problem.values, found))];
  const expected = problem.kind === "choice" ? problem.values.join(" or ") : problem.expected;
  return [diagnostic("spec/wrong-type", at, wrongType(expected, found, yaml.sourceOf(problem.path)))];
}

function wrongChoice(
  values: readonly unknown[],
  found: unknown,
): { detail: string; near?: string | undefined } {
  const known = values.map(String);
  const shown = String(found);
  if (known.length === 1) return { detail: `must be ${known[0]}` };
  if (shown.length > longestShown) return { detail: `must be one of: ${known.join(", ")}` };
  return { detail: `"${shown}" is not one of: ${known.join(", ")}`, near: nearest(shown, known) };
}

/** Values of more characters are never shown. */
const longestShown = 40;

function wrongType(expected: string, found: unknown, source: string | undefined) {
  const isQuotable = /\btext\b/.test(expected) && (typeof found === "number" || typeof found === "boolean");
  const shown = isQuotable && source !== undefined && source.length <= longestShown ? source : undefined;
  return { expected, found: typeName(expected, found), source: shown };
}

function typeName(expected: string, found: unknown): string {
  if (found === null) return "nothing";
  if (Array.isArray(found)) return "a list";
  if (typeof found === "number" && !Number.isFinite(found)) return "infinity or no number";
  if (typeof found === "number")
    return expected === "a whole number" ? "a number that is not whole" : "a number";
  if (typeof found === "boolean") return String(found);
  return typeof found === "string" ? "text" : "keys with values";
}
