import { join } from "node:path";
import { InvariantError } from "../../base/diagnostics.ts";
import type { FindingCount } from "../../base/messages/ingest.ts";
import { duckdb } from "../../sql/duckdb.ts";
import { print } from "../../sql/print.ts";
import { type Sql, sql } from "../../sql/sql.ts";
import {
  auditQuery,
  brokenRules,
  contentQuery,
  copyTo,
  identityQuery,
  keyCountsQuery,
  markCountsQuery,
  proofQuery,
  readCsv,
  readParquet,
  rejectedRowsQuery,
  repeatedKeysQuery,
  yearsQuery,
} from "../../steps/ingest/compile.ts";
import type { Layout } from "../../steps/ingest/layout.ts";
import type { Session } from "../session.ts";
import type { KnownFault, Reject } from "./sift.ts";

/** What the scan of identity and checks found. */
export interface Audit {
  readonly path: string;
  readonly rows: number;
  /** Rows that each rule found, flags among them. */
  readonly counts: readonly FindingCount[];
  /** How many rows are to be rejected. */
  readonly rejected: number;
  /** Distinct values of the year field among the good rows. */
  readonly years: readonly string[];
}

const text = (query: Sql) => print(query, duckdb);

/** Scans a prepared file for identity and checks into a staged Parquet file. */
export async function auditFile(
  session: Session,
  layout: Layout,
  source: string,
  staging: string,
): Promise<Audit> {
  const path = join(staging, "audit.parquet");
  const scan = auditQuery(layout, readCsv(source, layout.shape, layout.shape.header));
  const rows = await session.run("audit", text(copyTo(scan, layout.identity.length, path)));
  const audit = readParquet(path);
  const { counts, rejected } = await countFindings(session, layout, audit);
  const repeated = await countRepeatedKeys(session, layout, audit);
  const years = layout.year === undefined ? [] : await session.rows("years", text(yearsQuery(layout, audit)));
  return {
    path,
    rows,
    counts: repeated === 0 ? counts : [...counts, { ...keyDuplicate(layout), rows: repeated }],
    rejected: rejected + repeated,
    years: years.map((row) => String(row["year"])),
  };
}

function keyDuplicate(layout: Layout): KnownFault {
  return { code: "KEY-DUPLICATE", field: layout.dataSet.naturalKey.join("+") };
}

async function countFindings(session: Session, layout: Layout, audit: Sql) {
  const combinations = await session.rows("marks", text(markCountsQuery(layout, audit)));
  const totals = layout.findings.map(() => 0);
  let rejected = 0;
  for (const combination of combinations) {
    const rules = brokenRules(layout, combination);
    const n = Number(combination["n"]);
    for (const rule of rules) totals[rule] = (totals[rule] ?? 0) + n;
    if (rules.some((rule) => layout.findings[rule]?.severity === "reject")) rejected += n;
  }
  const counts = layout.findings.map(
    ({ code, field }, i): FindingCount => ({ code, field, rows: totals[i] ?? 0 }),
  );
  return { counts: counts.filter(({ rows }) => rows > 0), rejected };
}

async function countRepeatedKeys(session: Session, layout: Layout, audit: Sql): Promise<number> {
  if (layout.key.length === 0) return 0;
  const { n, keys } = await session.row("keys", text(keyCountsQuery(layout, audit)));
  if (n === keys) return 0;
  const count = sql`SELECT count(*) AS n FROM (${repeatedKeysQuery(layout, audit)}) AS repeated`;
  return Number((await session.row("repeated keys", text(count)))["n"]);
}

/** The rows that the audit rejects, each with the first rule that it broke. Kept small by the limit on rejects. */
export async function faultsOf(
  session: Session,
  layout: Layout,
  audit: Audit,
): Promise<Map<number, KnownFault>> {
  const relation = readParquet(audit.path);
  const faults = new Map<number, KnownFault>();
  for (const row of await session.rows("rejected rows", text(rejectedRowsQuery(layout, relation)))) {
    const first = brokenRules(layout, row)
      .map((rule) => layout.findings[rule])
      .find((finding) => finding?.severity === "reject");
    if (first !== undefined) faults.set(Number(row["#row"]), { code: first.code, field: first.field });
  }
  if (layout.key.length === 0) return faults;
  for (const row of await session.rows("repeated keys", text(repeatedKeysQuery(layout, relation)))) {
    faults.set(Number(row["#row"]), keyDuplicate(layout));
  }
  return faults;
}

/** Writes the identity file from the audit, less the rejected rows. Out: rows written. */
export async function writeIdentity(
  session: Session,
  layout: Layout,
  audit: Audit,
  release: number,
  rejected: ReadonlyMap<number, KnownFault>,
  path: string,
): Promise<number> {
  if (rejected.size > 0) {
    const rows = [...rejected.keys()].map(BigInt);
    await session.load(
      "rejected",
      { name: "rejected", columns: [{ name: "#row", type: "bigint" }] },
      batches(rows, (row) => [row]),
    );
  }
  const query = identityQuery(layout, readParquet(audit.path), release, rejected.size > 0);
  return await session.run("identity", text(copyTo(query, layout.identity.length + 1, path)));
}

/** Writes the content file of a prepared file in which every record is good. Out: rows written. */
export async function writeContent(
  session: Session,
  layout: Layout,
  source: string,
  release: number,
  path: string,
): Promise<number> {
  const query = contentQuery(layout, readCsv(source, layout.shape, layout.shape.header), release);
  return await session.run("content", text(copyTo(query, layout.content.length + 1, path)));
}

/** Writes the rejects of a release: one row per rejected record, by its number in the file. */
export async function writeRejects(
  session: Session,
  rejects: readonly Reject[],
  path: string,
): Promise<void> {
  const columns = [
    { name: "line", type: "bigint" },
    { name: "record", type: "bigint" },
    { name: "code", type: "varchar" },
    { name: "field", type: "varchar" },
    { name: "raw", type: "varchar" },
  ] as const;
  await session.load(
    "rejects",
    { name: "rejects", columns },
    batches(rejects, (r) => [BigInt(r.line), BigInt(r.record), r.code, r.field, r.raw]),
  );
  await session.run(
    "rejects",
    text(copyTo({ kind: "text", text: 'SELECT * FROM rejects ORDER BY "record"' }, columns.length, path)),
  );
}

/**
 * Proves that both zones hold the same records under the same ids, numbered without a gap from 1.
 *
 * Errors: InvariantError, as a wrong pairing would give one person another's care.
 */
export async function proveZones(
  session: Session,
  layout: Layout,
  release: number,
  kept: number,
  files: { readonly content: string; readonly identity: string },
): Promise<void> {
  const of = async (path: string) => await session.row("proof", text(proofQuery(layout, readParquet(path))));
  const content = await of(files.content);
  const identity = await of(files.identity);
  const base = BigInt(release) << 32n;
  const sound = [content, identity].every(
    (zone) =>
      zone["n"] === BigInt(kept) &&
      (kept === 0 || (zone["first"] === base + 1n && zone["last"] === base + BigInt(kept))),
  );
  if (!sound || content["proof"] !== identity["proof"]) {
    throw new InvariantError("content and identity of a release do not pair");
  }
}

type Cell = bigint | string | null;

/** Rows as batches of whole columns. */
async function* batches<T>(rows: readonly T[], cells: (row: T) => readonly Cell[]): AsyncGenerator<Cell[][]> {
  for (let from = 0; from < rows.length; from += 2048) {
    const batch = rows.slice(from, from + 2048).map(cells);
    yield (batch[0] ?? []).map((_, column) => batch.map((row) => row[column] ?? null));
  }
}
