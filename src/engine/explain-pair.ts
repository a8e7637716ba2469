import { refuse } from "../base/diagnostics.ts";
import { type PairScore, scorePair, type ValueFrequencies } from "../model/linkage/score/score-pair.ts";
import type { TrainedModel } from "../model/linkage/train/trained-model.ts";
import { partsOf } from "../model/linkage/values/list-text.ts";
import { duckdb } from "../sql/duckdb.ts";
import { print } from "../sql/print.ts";
import type { Sql } from "../sql/sql.ts";
import { columnName } from "../steps/match/compile-records.ts";
import { decisionOf, fileOf, type MatchSpec, thresholdBits } from "../steps/match/match-spec.ts";
import { frequencyQuery, pairQuery, wantedRelation } from "../steps/match/pair-queries.ts";
import { type ResolvedMatch, resolveMatch } from "../steps/match/resolve-match.ts";
import type { LinkageFiles } from "./link-files.ts";
import { readTrained } from "./linkage-results.ts";
import { withLinkage } from "./open-linkage.ts";
import type { Session } from "./session.ts";

export interface ExplainPairRequest extends LinkageFiles {
  /** A record each: its id, after its source and a colon where there are several sources. */
  readonly pair: readonly [string, string];
  /** A trained model's file; left out where the specification names one. */
  readonly model: string | undefined;
}

/** A pair, and why it weighs what it does. */
export interface ExplainedPair {
  readonly score: PairScore;
  /** Bits from which a pair may be linked. */
  readonly threshold: number;
  /** For each comparison its columns, and the values of both records. */
  readonly values: readonly (readonly ComparedValue[])[];
  /** Blocking rules that bring the two together. */
  readonly rules: readonly string[];
}

/** A column of a comparison in both records; null where it is missing. */
interface ComparedValue {
  readonly column: string;
  readonly values: readonly (string | null)[];
}

/**
 * Scores two records of a linkage's sources by its trained model, comparison by comparison.
 *
 * Errors: spec/usage where no model is trained or a record's source is not said; link/no-record; those of a model's file.
 */
export async function explainPair(request: ExplainPairRequest): Promise<ExplainedPair> {
  const trained = request.model === undefined ? undefined : await readTrained(request.model);
  return await withLinkage(request, async ({ session, spec: written }) => {
    const spec = withNumbers(written, trained, request.file);
    const sources = Object.keys(spec.sources);
    const match = resolveMatch({ ...spec, sources });
    const records = await readPair(
      session,
      match,
      spec,
      request.pair.map((text) => recordOf(text, sources)),
    );
    const frequencies = await readFrequencies(session, match, spec, records);
    const [a = {}, b = {}] = records;
    const value = (column: string) => [a[column] ?? null, b[column] ?? null];
    const { columns, comparisons } = match.model;
    const nameOf = (place: number) => columns[place]?.name ?? "";
    return {
      score: scorePair({ comparisons: spec.comparisons, lambda: spec.lambda as number }, a, b, frequencies),
      threshold: thresholdBits(decisionOf(spec).at_least),
      values: comparisons.map((comparison) =>
        comparison.columns.map((place) => ({ column: nameOf(place), values: value(nameOf(place)) })),
      ),
      rules: match.blocking
        .filter(
          (rule) =>
            rule.columns.every((place) => isSame(value(nameOf(place)))) &&
            rule.lists.every((place) => hasShared(value(nameOf(place)))),
        )
        .map(({ name }) => name),
    };
  });
}

function isSame([a, b]: readonly (string | null)[]): boolean {
  return a !== null && a === b;
}

function hasShared([a, b]: readonly (string | null)[]): boolean {
  if (typeof a !== "string" || typeof b !== "string") return false;
  const others = partsOf(b);
  return partsOf(a).some((part) => others.includes(part));
}

/** A specification whose every number is known. Errors: spec/usage. */
function withNumbers(spec: MatchSpec, trained: TrainedModel | undefined, file: string): MatchSpec {
  if (trained !== undefined) {
    const { lambda, comparisons } = trained;
    return { ...spec, lambda, comparisons: comparisons as MatchSpec["comparisons"] };
  }
  if (spec.training === undefined && spec.lambda !== undefined) return spec;
  const fix = "train it first, and write --model model.json, or --from DIR with the folder of link run";
  return refuse("spec/usage", { file }, { detail: "the model's numbers are not known yet", fix });
}

interface WantedRecord {
  readonly source: number;
  readonly id: string;
}

/** A record as it is named on the command line. Errors: spec/usage. */
function recordOf(text: string, sources: readonly string[]): WantedRecord {
  const source = sources.findIndex((name) => text.startsWith(`${name}:`));
  if (source !== -1) return { source, id: text.slice((sources[source] as string).length + 1) };
  if (sources.length === 1) return { source: 0, id: text };
  const detail = "a record's source is not said";
  return refuse("spec/usage", { file: "the record" }, { detail, fix: `write ${sources.join(":ID or ")}:ID` });
}

type Row = Readonly<Record<string, string | null>>;

/** The values of both records, by the model's columns. Errors: link/no-record. */
async function readPair(
  session: Session,
  match: ResolvedMatch,
  { sources }: MatchSpec,
  wanted: readonly WantedRecord[],
): Promise<Row[]> {
  async function* batch() {
    yield [wanted.map((_, i) => i), wanted.map(({ source }) => source), wanted.map(({ id }) => id)];
  }
  await session.load("wanted", wantedRelation, batch());
  await session.run("pair", `CREATE TABLE pair AS ${text(pairQuery(match, sources))}`);
  const rows = await session.rows("pair", "SELECT * FROM pair ORDER BY side");
  return wanted.map(({ source }, side) => {
    const found = rows.filter((row) => row["side"] === side);
    const name = match.sources[source] ?? "";
    const [row] = found;
    if (row === undefined || found.length > 1)
      return refuse(
        "link/no-record",
        { file: fileOf(sources[name]) ?? name },
        { source: name, n: found.length },
      );
    const values = match.model.columns.map((column, c) => {
      const value = row[columnName(c)];
      return [column.name, typeof value === "string" ? value : null] as const;
    });
    return Object.fromEntries(values);
  });
}

/** How common the values of both records are, for the columns whose frequency counts. */
async function readFrequencies(
  session: Session,
  match: ResolvedMatch,
  { sources }: MatchSpec,
  records: readonly Row[],
): Promise<Record<string, ValueFrequencies>> {
  const terms = match.model.comparisons.flatMap(({ levels }) =>
    levels.flatMap(({ term }) => term?.column ?? []),
  );
  const places = [...new Set(terms)];
  if (places.length === 0) return {};
  const row = await session.row("frequencies", text(frequencyQuery(match, sources, places)));
  return Object.fromEntries(
    places.map((place) => {
      const name = match.model.columns[place]?.name ?? "";
      const counts = records.flatMap((record, side): [string, number][] => {
        const value = record[name];
        return typeof value === "string" ? [[value, Number(row[`${columnName(place)}_${side}`])]] : [];
      });
      return [name, { records: Number(row[`${columnName(place)}_all`]), of: new Map(counts) }];
    }),
  );
}

function text(query: Sql): string {
  return print(query, duckdb);
}
