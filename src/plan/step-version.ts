import type { StoredFile } from "../model/release.ts";
import type { Column } from "../sql/type.ts";

/** The committed result of one step: written last, it makes the step's files exist for everyone else. */
export interface StepVersion {
  readonly format: 1;
  readonly chain: string;
  /** Position in its chain, from 1; 0 for work that has no chain. */
  readonly number: number;
  readonly kind: string;
  readonly pipeline: string;
  readonly step: string;
  readonly fingerprint: string;
  readonly predecessor: number | null;
  readonly period: string | null;
  readonly asAt: string;
  /** Releases that the step read, so that a reader of a ledger knows whose records are in it. */
  readonly releases: readonly { readonly dataSet: string; readonly number: number }[];
  readonly outputs: Readonly<
    Record<string, { readonly columns: readonly Column[]; readonly files: readonly StoredFile[] }>
  >;
  /** Counts by measure; they stay inside. */
  readonly measures: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** The newest version of a chain, or the one with a number. */
export function versionOf(
  versions: readonly StepVersion[],
  chain: string,
  number?: number,
): StepVersion | undefined {
  const ofChain = versions.filter((v) => v.chain === chain && (number === undefined || v.number === number));
  return ofChain.reduce<StepVersion | undefined>(
    (newest, v) => (newest === undefined || v.number > newest.number ? v : newest),
    undefined,
  );
}

/** The version of a chain that was made from the same inputs by the same code. */
export function sameVersion(
  versions: readonly StepVersion[],
  chain: string,
  fingerprint: string,
): StepVersion | undefined {
  return versions.find((v) => v.chain === chain && v.fingerprint === fingerprint);
}

/**
 * The newest version of a ledger in which all these releases' records have a person; of data sets that the ledger
 * does not hold, nothing is asked.
 */
export function coveringVersion(
  versions: readonly StepVersion[],
  chain: string,
  wanted: StepVersion["releases"],
): StepVersion | undefined {
  return versionOf(
    versions.filter((version) => missingReleases(version, wanted).length === 0),
    chain,
  );
}

/** Releases whose records have no person in a ledger version, though it holds their data set. */
export function missingReleases(
  { releases }: StepVersion,
  wanted: StepVersion["releases"],
): StepVersion["releases"] {
  const held = new Set(releases.map((release) => release.dataSet));
  const covered = new Set(releases.map((release) => release.number));
  return wanted.filter((release) => held.has(release.dataSet) && !covered.has(release.number));
}
