import type { Supply } from "../catalogue/dataset.ts";
import type { FinancialYear, Month } from "./period.ts";
import { yearOfMonth } from "./period.ts";

/** A file of the store, named relative to its root. */
export interface StoredFile {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** What a supplier's file covers: whole months, both ends included. */
export interface ReleasePeriod {
  readonly from: Month;
  readonly to: Month;
  readonly status: "provisional" | "final";
}

/** One supplier file as taken into the store. Its JSON is written last and commits all its files. */
export interface Release {
  readonly format: 1;
  readonly dataSet: string;
  /** Greatest committed number + 1 over all data sets, taken under the lock; the upper half of each record_id. */
  readonly number: number;
  readonly supply: Supply;
  readonly shape: string;
  /** The customer's list that the file belongs to, by its NIC reference. */
  readonly cohort?: string;
  readonly period: ReleasePeriod;
  /** When it was taken in, ISO 8601 in UTC. */
  readonly received: string;
  readonly source: { readonly name: string; readonly bytes: number; readonly sha256: string };
  readonly rows: { readonly in: number; readonly kept: number; readonly rejected: number };
  /** Rows that each check found, by rule code. */
  readonly checks: Readonly<Record<string, number>>;
  /** Published fields that each zone holds, beside record_id. */
  readonly fields: { readonly content: readonly string[]; readonly identity: readonly string[] };
  readonly content: readonly StoredFile[];
  readonly identity: readonly StoredFile[];
  readonly rejects: readonly StoredFile[];
  /** Set when its files were pruned; the record and the hashes stay. */
  readonly pruned?: string;
}

/** Which releases a reader means. */
export interface ReleaseChoice {
  /** Only those received at or before this instant (ISO 8601). */
  readonly asAt?: string;
  /** Only those that cover nothing after this month. */
  readonly through?: Month;
  /** Only those of this customer's list. */
  readonly cohort?: string;
}

/**
 * The releases that hold today's truth of one data set, oldest period first: a pure function of the list, so there is
 * no pointer to keep true.
 *
 * cumulative: one per financial year: final over provisional, later period over earlier, later received over earlier.
 * snapshot, history: the latest alone. increment, upsert: all of them; readers keep the last record of each natural key.
 */
export function current(
  releases: readonly Release[],
  dataSet: string,
  choice: ReleaseChoice = {},
): readonly Release[] {
  const known = releases.filter(
    (r) =>
      r.dataSet === dataSet &&
      r.pruned === undefined &&
      r.cohort === choice.cohort &&
      (choice.asAt === undefined || r.received <= choice.asAt) &&
      (choice.through === undefined || r.period.to <= choice.through),
  );
  const inOrder = [...known].sort(byPrecedence);
  const supply = inOrder[0]?.supply;
  if (supply === "snapshot" || supply === "history") return inOrder.slice(-1);
  if (supply !== "cumulative") return inOrder.sort((a, b) => a.number - b.number);
  const byYear = new Map<FinancialYear, Release>();
  for (const release of inOrder) byYear.set(yearOfMonth(release.period.from), release);
  return [...byYear.entries()].sort(([a], [b]) => a - b).map(([, release]) => release);
}

/** Numbers of the releases that are current, of every data set and cohort. */
export function currentNumbers(releases: readonly Release[]): ReadonlySet<number> {
  const lists = new Map(releases.map((r) => [`${r.dataSet} ${r.cohort ?? ""}`, r]));
  const numbers = [...lists.values()].flatMap(({ dataSet, cohort }) =>
    current(releases, dataSet, cohort === undefined ? {} : { cohort }).map((release) => release.number),
  );
  return new Set(numbers);
}

/** Weaker first: provisional, then earlier end, then earlier received, then lower number. */
function byPrecedence(a: Release, b: Release): number {
  const final = (r: Release) => (r.period.status === "final" ? 1 : 0);
  return (
    final(a) - final(b) ||
    compareText(a.period.to, b.period.to) ||
    compareText(a.received, b.received) ||
    a.number - b.number
  );
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
