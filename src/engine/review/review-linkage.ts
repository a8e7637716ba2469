import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { refuse } from "../../base/diagnostics.ts";
import { duckdb } from "../../sql/duckdb.ts";
import { print } from "../../sql/print.ts";
import { decisionOf, thresholdBits } from "../../steps/match/match-spec.ts";
import { baseColumns, sampledPairs, sampledValues } from "../../steps/match/review-queries.ts";
import type { EngineBounds } from "../engine-bounds.ts";
import { openResults, readNote } from "../linkage-results.ts";
import { type OpenLinkage, withLinkage } from "../open-linkage.ts";
import { type ReviewedPair, reviewPage } from "./review-page.ts";

export interface ReviewLinkageRequest extends EngineBounds {
  /** The results of a linkage. */
  readonly folder: string;
  /** How many pairs are to be judged. */
  readonly sample: number;
}

export interface ReviewLinkageResult {
  readonly file: string;
  readonly pairs: number;
  /** Whether pairs below the threshold could be drawn too. */
  readonly keep: "links" | "scored";
}

/**
 * Writes review.html into a folder of results: pairs drawn evenly over the weights, nearest to the threshold first, for a
 * person to judge. The file holds identifiers, and is its owner's alone.
 *
 * Errors: link/no-results; link/nothing-to-review where no pair was scored.
 */
export async function reviewLinkage(request: ReviewLinkageRequest): Promise<ReviewLinkageResult> {
  const { folder, sample, ...bounds } = request;
  return await withLinkage({ ...(await readNote(folder)), ...bounds }, async (linkage) => {
    await openResults(linkage.session, folder);
    const match = baseColumns(linkage.spec);
    const pairs = await samplePairs(linkage, match, sample);
    if (pairs.length === 0) refuse("link/nothing-to-review", { file: folder }, {});
    const names = match.model.columns.map(({ bases, name }) => bases[0] ?? name);
    const file = join(folder, "review.html");
    await writePrivate(file, reviewPage(names, pairs));
    return { file, pairs: pairs.length, keep: linkage.spec.keep };
  });
}

async function samplePairs(
  { session, spec }: OpenLinkage,
  match: ReturnType<typeof baseColumns>,
  sample: number,
): Promise<ReviewedPair[]> {
  const threshold = thresholdBits(decisionOf(spec).at_least);
  await session.run("sampled", `CREATE TABLE sampled AS ${print(sampledPairs(sample, threshold), duckdb)}`);
  const rows = await session.rows("values", print(sampledValues(match, spec.sources), duckdb));
  return rows.map((row) => {
    const record = (side: "l" | "r") => ({
      source: String(row[`source_${side}`]),
      id: String(row[`id_${side}`]),
      values: match.model.columns.map((_, c) => {
        const value = row[`${side}${c}`];
        return typeof value === "string" ? value : null;
      }),
    });
    const { weight, probability } = row;
    return {
      left: record("l"),
      right: record("r"),
      weight: Number(weight),
      probability: Number(probability),
    };
  });
}

/** Writes a file that nobody but its owner may read, whole or not at all. */
async function writePrivate(file: string, text: string): Promise<void> {
  const staged = `${file}.${process.pid}.tmp`;
  await rm(staged, { force: true });
  await writeFile(staged, text, { mode: 0o600 });
  await rename(staged, file);
}
