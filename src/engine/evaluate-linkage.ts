import { nearest, refuse } from "../base/diagnostics.ts";
import { allPairs } from "../model/linkage/block/pair-runs.ts";
import { type Quality, qualityOf, share } from "../model/linkage/evaluate/evaluation.ts";
import type { TrainedModel } from "../model/linkage/train/trained-model.ts";
import { duckdb } from "../sql/duckdb.ts";
import { print } from "../sql/print.ts";
import type { Sql } from "../sql/sql.ts";
import {
  blockedPairs,
  clusterCounts,
  labelledCounts,
  linkExpectations,
  linksByBit,
  truePairs,
  truthQuery,
  wantedPairs,
} from "../steps/match/evaluate-queries.ts";
import { fileOf, type MatchSpec } from "../steps/match/match-spec.ts";
import { resolveMatch } from "../steps/match/resolve-match.ts";
import type { EngineBounds } from "./engine-bounds.ts";
import { openLabels } from "./labels.ts";
import { modelIn, openResults, readNote, readTrained } from "./linkage-results.ts";
import { type OpenLinkage, withLinkage } from "./open-linkage.ts";
import type { Session } from "./session.ts";

export interface EvaluateLinkageRequest extends EngineBounds {
  /** The results of a linkage. */
  readonly folder: string;
  /** A column of every source that names the true person; or a file of labelled pairs; or neither. */
  readonly truth?: string | undefined;
  readonly labels?: string | undefined;
}

/** Links of at least so many bits: how many, and how right they are. */
export interface CurvePoint extends Quality {
  readonly bits: number;
  readonly pairs: number;
  /** The share of them that the model takes for right. */
  readonly expected: number;
}

/** Pairs put together, and of how many known ones; found and right may be parts of pairs where labels are. */
export interface CountedQuality extends Quality {
  readonly found: number;
  readonly wanted: number;
  readonly right: number;
}

/** What the model itself expects of its links. */
export interface ExpectedErrors {
  readonly links: number;
  /** Links that are none. */
  readonly wrong: number;
  /** Pairs of one person, among all pairs that could be compared. */
  readonly matches: number;
  /** Of those, the ones that are no link; pairs that a cluster implies are not counted as links. */
  readonly missed: number;
}

/** How right a linkage is. What needs a truth is absent without one. */
export interface LinkageEvaluation {
  readonly expected: ExpectedErrors;
  readonly clusters?: CountedQuality;
  /** B³: each record's own precision and recall, averaged. */
  readonly bCubed?: Quality & { readonly records: number };
  /** From the highest weights down. Recall is of all pairs known to be of one person. */
  readonly curve: readonly CurvePoint[];
  /** Whether links.parquet holds every scored pair, or the links alone. */
  readonly keep: MatchSpec["keep"];
  /** Of pairs of one person, those that some blocking rule brings together, and that each does. */
  readonly blocking?: {
    readonly wanted: number;
    readonly reached: number;
    readonly recall: number | undefined;
    readonly rules: readonly { readonly rule: string; readonly reached: number }[];
  };
}

/**
 * Compares the results of a linkage with what is known: a column that names the true person, or labelled pairs. Without
 * either it tells the errors that the model itself expects.
 *
 * Errors: link/no-results; spec/unknown-name for a source without the column; link/not-truth; those of the labels' file.
 */
export async function evaluateLinkage(request: EvaluateLinkageRequest): Promise<LinkageEvaluation> {
  const { folder, truth, labels, ...bounds } = request;
  return await withLinkage({ ...(await readNote(folder)), ...bounds }, async (linkage) => {
    const { session, spec } = linkage;
    await openResults(session, folder);
    const expected = await expectedErrors(linkage, await readTrained(modelIn(folder)));
    if (labels !== undefined) return { expected, ...(await againstLabels(linkage, labels)) };
    if (truth !== undefined) return { expected, ...(await againstTruth(linkage, truth)) };
    return { expected, curve: await curveOf(session, undefined, 0), keep: spec.keep };
  });
}

type Known = Omit<LinkageEvaluation, "expected">;

async function expectedErrors(
  { session, spec }: OpenLinkage,
  { lambda }: TrainedModel,
): Promise<ExpectedErrors> {
  const { sources, compared } = blockingOf(spec);
  const sizes = await session.rows("sizes", "SELECT source, count(*) AS n FROM clusters GROUP BY source");
  const starts = [0];
  for (const source of sources) {
    const n = sizes.find((row) => row["source"] === source)?.["n"] ?? 0;
    starts.push((starts.at(-1) as number) + Number(n));
  }
  const pairs = allPairs({ starts, compared });
  const [links, right] = await numbers(session, linkExpectations, "links", "right");
  const matches = lambda * pairs;
  return { links, wrong: links - right, matches, missed: Math.max(0, matches - right) };
}

/** Pairs of one person for each record, above which a column names no persons. */
const mostPairsPerRecord = 100;

async function againstTruth(linkage: OpenLinkage, truth: string): Promise<Known> {
  const { session, spec, columns } = linkage;
  for (const [source, its] of Object.entries(spec.sources)) {
    const known = columns[source] ?? [];
    if (!known.includes(truth))
      refuse(
        "spec/unknown-name",
        { file: fileOf(its) ?? source },
        { what: "column", name: truth, near: nearest(truth, known), known },
      );
  }
  await session.run("truth", `CREATE TABLE truth AS ${text(truthQuery(spec.sources, truth))}`);
  const match = blockingOf(spec);
  const [wanted, records] = await numbers(session, wantedPairs(match), "wanted", "records");
  if (wanted > mostPairsPerRecord * Math.max(records, 1))
    refuse("link/not-truth", { file: "--truth" }, { column: truth });
  const counts = await session.row("clusters", text(clusterCounts));
  const known = Number(counts["records"]);
  const of = (key: string) => share(Number(counts[key] ?? 0), known);
  await session.run("true_pairs", `CREATE TABLE true_pairs AS ${text(truePairs(match))}`);
  return {
    clusters: counted(counts),
    bCubed: { records: known, ...qualityOf(of("precision"), of("recall")) },
    curve: await curveOf(session, "truth", wanted),
    keep: spec.keep,
    blocking: await blockingRecall(linkage, "true_pairs"),
  };
}

async function againstLabels(linkage: OpenLinkage, file: string): Promise<Known> {
  const { session, spec } = linkage;
  await openLabels(session, file);
  const counts = await session.row("clusters", text(labelledCounts));
  return {
    clusters: counted(counts),
    curve: await curveOf(session, "labels", Number(counts["wanted"] ?? 0)),
    keep: spec.keep,
    blocking: await blockingRecall(linkage, "labels"),
  };
}

function counted(row: Readonly<Record<string, unknown>>): CountedQuality {
  const [found = 0, wanted = 0, right = 0] = ["found", "wanted", "right"].map((key) => Number(row[key] ?? 0));
  return { found, wanted, right, ...qualityOf(share(right, found), share(right, wanted)) };
}

async function curveOf(
  session: Session,
  known: "truth" | "labels" | undefined,
  wanted: number,
): Promise<CurvePoint[]> {
  const rows = await session.rows("curve", text(linksByBit(known)));
  let [pairs, right, expected] = [0, 0, 0];
  return rows.map((row) => {
    pairs += Number(row["pairs"]);
    right += Number(row["right"] ?? 0);
    expected += Number(row["expected"]);
    const quality =
      known === undefined
        ? qualityOf(undefined, undefined)
        : qualityOf(share(right, pairs), share(right, wanted));
    return { bits: Number(row["bits"]), pairs, expected: expected / pairs, ...quality };
  });
}

/** A step's sources and blocking rules, without its comparisons. */
function blockingOf({ sources, compare, blocking }: MatchSpec) {
  return resolveMatch({ sources: Object.keys(sources), compare, comparisons: [], blocking });
}

async function blockingRecall(
  { session, spec }: OpenLinkage,
  pairs: "true_pairs" | "labels",
): Promise<NonNullable<LinkageEvaluation["blocking"]>> {
  const match = blockingOf(spec);
  const row = await session.row("blocking", text(blockedPairs(match, spec.sources, pairs)));
  const [wanted, reached] = [Number(row["wanted"]), Number(row["reached"])];
  const rules = match.blocking.map(({ name }, i) => ({ rule: name, reached: Number(row[`rule_${i}`]) }));
  return { wanted, reached, recall: share(reached, wanted), rules };
}

async function numbers(session: Session, query: Sql, ...names: readonly string[]): Promise<[number, number]> {
  const row = await session.row("counts", text(query));
  return names.map((name) => Number(row[name] ?? 0)) as [number, number];
}

function text(query: Sql): string {
  return print(query, duckdb);
}
