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
