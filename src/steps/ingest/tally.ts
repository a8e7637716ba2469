import type { FindingCount } from "../../base/messages/ingest.ts";
import type { DataSet } from "../../catalogue/dataset.ts";
import type { Layout } from "./layout.ts";

/** How many rows of a file may be rejected: the data set's number or its share of the records, whichever is more. */
export function rejectLimit({ rejectLimit: { rows, ratio } }: DataSet, records: number): number {
  return Math.max(rows, Math.floor(ratio * records));
}

/** Of the counts, those of rules that reject; rules that flag refuse nothing. */
export function rejectingCounts(layout: Layout, counts: readonly FindingCount[]): FindingCount[] {
  const flags = new Set(layout.findings.filter((f) => f.severity === "flag").map((f) => f.code));
  return counts.filter(({ code }) => !flags.has(code));
}

/** Rows by rule code, over all fields, as a release records them. */
export function checksOf(counts: readonly FindingCount[]): Record<string, number> {
  const checks: Record<string, number> = {};
  for (const { code, rows } of counts) checks[code] = (checks[code] ?? 0) + rows;
  return checks;
}
