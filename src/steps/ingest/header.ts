import { type Diagnostic, diagnostic } from "../../base/diagnostics.ts";
import type { SourceSpan } from "../../base/span.ts";
import type { DataSet, Shape } from "../../catalogue/dataset.ts";

/** A shape that a file may have, and the data set it belongs to. */
export interface Candidate {
  readonly dataSet: DataSet;
  readonly shape: Shape;
}

/** What is known of a file before its rows are read. */
export interface Opening {
  /** Name without folder. */
  readonly name: string;
  /** First line without its line end; bytes as Latin-1, so that any encoding shows. */
  readonly line: string;
}

const delimiters = [",", "|", "\t", ";"] as const;

/**
 * The one shape that a file has among those allowed: by its header line, and by its name where headers are alike or absent.
 *
 * Errors: ingest/wrong-header with the first difference from the nearest shape, ingest/wrong-delimiter,
 * ingest/ambiguous-shape.
 */
export function matchShape(
  opening: Opening,
  candidates: readonly Candidate[],
  at: SourceSpan,
): Candidate | Diagnostic {
  const exact = candidates.filter(
    ({ shape }) => shape.header && sameNames(split(opening.line, shape), shape),
  );
  if (exact.length > 0) return decide(exact, opening, at);
  const headless = candidates.filter(({ shape }) => !shape.header);
  const named = headless.filter(({ shape }) => shape.fileName?.test(opening.name));
  if (named.length > 0) return decide(named, opening, at);
  if (headless.length === 1 && candidates.length === 1) return headless[0] as Candidate;
  return explain(opening.line, candidates, at);
}

function decide(found: readonly Candidate[], opening: Opening, at: SourceSpan): Candidate | Diagnostic {
  const byName = found.filter(({ shape }) => shape.fileName?.test(opening.name));
  const [only] = byName.length === 1 ? byName : found;
  if (only !== undefined && (found.length === 1 || byName.length === 1)) return only;
  return diagnostic("ingest/ambiguous-shape", at, { shapes: found.map(({ shape }) => shape.name) });
}

/** The names of a header line. Quotation marks around a name are the shape's quoting, not part of it. */
function split(line: string, shape: Shape, delimiter: string = shape.delimiter): string[] {
  const names = line.split(delimiter);
  const quote = shape.quote;
  if (quote === null) return names;
  return names.map((name) =>
    name.length >= 2 && name.startsWith(quote) && name.endsWith(quote) ? name.slice(1, -1) : name,
  );
}

function sameNames(names: readonly string[], { columns }: Shape): boolean {
  return names.length === columns.length && columns.every((name, i) => name === names[i]);
}

interface Reading {
  readonly candidate: Candidate;
  readonly delimiter: string;
  readonly names: readonly string[];
  /** 0 to 1. */
  readonly alike: number;
  /** Names that stand in their place. */
  readonly placed: number;
}

function explain(line: string, candidates: readonly Candidate[], at: SourceSpan): Diagnostic {
  const readings = candidates
    .filter(({ shape }) => shape.header)
    .flatMap((candidate) => delimiters.map((delimiter) => read(line, candidate, delimiter)));
  const own = ({ candidate, delimiter }: Reading) => (delimiter === candidate.shape.delimiter ? 1 : 0);
  const [best] = readings.sort((a, b) => b.alike - a.alike || b.placed - a.placed || own(b) - own(a));
  if (best === undefined) {
    return diagnostic("ingest/ambiguous-shape", at, { shapes: candidates.map(({ shape }) => shape.name) });
  }
  const { shape } = best.candidate;
  if (best.delimiter !== shape.delimiter && sameNames(best.names, shape)) {
    return diagnostic("ingest/wrong-delimiter", at, {
      shape: shape.name,
      expected: delimiterName(shape.delimiter),
      found: delimiterName(best.delimiter),
    });
  }
  const shown = isHeader(best.names, candidates);
  return diagnostic("ingest/wrong-header", { ...at, line: 1 }, firstDifference(best.names, shape, shown));
}

/**
 * How near a header is to a shape: names in common, as a share of all names of both. Capitals and blanks are overlooked, so
 * that a header that differs in nothing else is still near.
 */
function read(line: string, candidate: Candidate, delimiter: string): Reading {
  const names = split(line, candidate.shape, delimiter);
  const found = new Set(names.map(plainName));
  const wanted = candidate.shape.columns.map(plainName);
  const common = wanted.filter((name) => found.has(name)).length;
  const placed = wanted.filter((name, i) => name === plainName(names[i] ?? "")).length;
  return { candidate, delimiter, names, placed, alike: common / (found.size + wanted.length - common) };
}

function plainName(name: string): string {
  return name.trim().toUpperCase();
}

/**
 * Whether a first line is a header at all. In a file without one it is somebody's record, of which nothing may be shown,
 * so a line counts as a header only if one of its names is a field that some data set has.
 */
function isHeader(names: readonly string[], candidates: readonly Candidate[]): boolean {
  const fields = candidates.flatMap(({ dataSet }) => dataSet.fields.map((field) => plainName(field.name)));
  const known = new Set(fields);
  return names.some((name) => known.has(plainName(name)));
}

function firstDifference(names: readonly string[], shape: Shape, shown: boolean) {
  const longest = Math.max(names.length, shape.columns.length);
  const i = Array.from({ length: longest }, (_, k) => k).find((k) => names[k] !== shape.columns[k]) ?? 0;
  const expected = shape.columns[i];
  const found = names[i];
  return {
    shape: shape.name,
    position: i + 1,
    expected: expected === undefined ? "the end of the line" : expected,
    found:
      found === undefined ? "the end of the line" : shown ? showName(found) : "a name that no data set has",
    why: shown ? whyDifferent(i, names, shape.columns) : "the first line seems to be no header",
  };
}

function whyDifferent(i: number, names: readonly string[], columns: readonly string[]): string {
  const expected = columns[i];
  const found = names[i];
  if (found === undefined) return `${columns.length - names.length} columns are missing at the end`;
  if (names.indexOf(found) < i) return "a repeated column";
  if (expected === undefined) return "a column too many";
  if (plainName(found) === plainName(expected)) return "capitals or blanks differ";
  if (!columns.includes(found)) return names.includes(expected) ? "an unknown column" : "an unknown name";
  return names.includes(expected) ? "columns in another order" : "a missing column";
}

/** A found column name as a message may show it: at most 64 characters, control characters escaped. */
function showName(name: string): string {
  const clipped = [...name].slice(0, 64).join("");
  const escaped = clipped.replaceAll(
    /[^\x20-\x7e]/g,
    (c) => `\\x${(c.codePointAt(0) ?? 0).toString(16).padStart(2, "0")}`,
  );
  return `"${escaped}${clipped.length < name.length ? "…" : ""}"`;
}

function delimiterName(delimiter: string): string {
  const names: Record<string, string> = { ",": "commas", "|": "pipes", "\t": "tabs", ";": "semicolons" };
  return names[delimiter] ?? "another character";
}
