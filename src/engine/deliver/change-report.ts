import { join } from "node:path";
import { type Json, stableJson } from "../../base/stable-json.ts";
import { type Cleared, type CountTable, type DisclosedCounts, disclose } from "../../model/gate.ts";
import { duckdb } from "../../sql/duckdb.ts";
import type { BagPlan } from "../../steps/bag.ts";
import type { Session } from "../session.ts";
import { writeBagFile } from "./bagit.ts";
import type { DeliveryManifest, ManifestFile, ManifestTable } from "./delivery-manifest.ts";
import { countTable, note, page, paragraph } from "./html.ts";

/** The delivery that is superseded, where there is one. */
export interface Superseded {
  readonly folder: string;
  readonly manifest: DeliveryManifest;
}

interface Changes {
  readonly counts: Cleared<DisclosedCounts>;
  readonly supersedes: number | null;
  readonly notes: readonly string[];
}

/** Writes changes.json and changes.html: what differs from the delivery that this one supersedes, all counts cleared. */
export async function writeChangeReport(
  bag: string,
  plan: BagPlan,
  manifest: DeliveryManifest,
  before: Superseded | undefined,
  session: Session,
): Promise<void> {
  const { tables, notes } = before === undefined ? first : await compare(bag, manifest, before, session);
  const counts = disclose(manifest.terms.disclosure, tables);
  await render(bag, plan, { counts, notes, supersedes: manifest.supersedes });
}

const first = { tables: [], notes: ["This is the first delivery of this product under this agreement."] };

async function render(bag: string, plan: BagPlan, changes: Changes): Promise<void> {
  const { counts, ...rest } = changes;
  await writeBagFile(
    bag,
    "data/quality/changes.json",
    `${stableJson({ ...rest, ...counts } as unknown as Json, 2)}\n`,
  );
  const body = [
    changes.supersedes === null
      ? ""
      : paragraph(`Compared with delivery ${changes.supersedes}, which this one replaces.`),
    ...changes.notes.map(paragraph),
    counts.tables.length === 0
      ? ""
      : note(`Counts follow ${counts.policy.id}, version ${counts.policy.version}: ${counts.policy.about}.`),
    ...counts.tables.map(countTable),
  ];
  await writeBagFile(bag, "data/quality/changes.html", page(`Changes: ${plan.title}`, body.join("")));
}

async function compare(
  bag: string,
  manifest: DeliveryManifest,
  before: Superseded,
  session: Session,
): Promise<{ tables: CountTable[]; notes: string[] }> {
  const tables = [rowsBeforeAndAfter(manifest.tables, before.manifest.tables)];
  const notes = columnNotes(manifest.tables, before.manifest.tables);
  if (!sameTokens(manifest, before.manifest)) {
    notes.push("Tokens are new in this delivery, so records cannot be compared one by one.");
    return { tables, notes };
  }
  for (const table of manifest.tables) {
    const old = before.manifest.tables.find((t) => t.name === table.name);
    const pair = old && comparable(table, old);
    if (pair === undefined) continue;
    tables.push(await compareRecords(table.name, bag, before.folder, pair, session));
  }
  return { tables, notes };
}

/** Tokens of the two deliveries are of one key. */
function sameTokens(now: DeliveryManifest, before: DeliveryManifest): boolean {
  const { scope, epoch } = now.terms.pseudonyms;
  return (
    scope === "agreement" &&
    before.terms.pseudonyms.scope === scope &&
    before.terms.pseudonyms.epoch === epoch
  );
}

function rowsBeforeAndAfter(now: readonly ManifestTable[], before: readonly ManifestTable[]): CountTable {
  const names = [...new Set([...now, ...before].map((table) => table.name))].sort();
  const rowsIn = (tables: readonly ManifestTable[], name: string) =>
    tables.find((table) => table.name === name)?.files[0]?.rows ?? 0;
  const rows = names.flatMap((name) => [
    { labels: [name, "before"], n: rowsIn(before, name) },
    { labels: [name, "now"], n: rowsIn(now, name) },
  ]);
  return {
    name: "rows",
    caption: "Records in each table, before and now",
    labels: ["table", "delivery"],
    rows,
  };
}

function columnNotes(now: readonly ManifestTable[], before: readonly ManifestTable[]): string[] {
  return now.flatMap((table) => {
    const old = before.find((t) => t.name === table.name);
    if (old === undefined) return [`${table.name} is new.`];
    const added = table.columns.filter((column) => !old.columns.includes(column));
    const removed = old.columns.filter((column) => !table.columns.includes(column));
    return [
      ...(added.length > 0 ? [`${table.name} has new columns: ${added.join(", ")}.`] : []),
      ...(removed.length > 0 ? [`${table.name} no longer has the columns: ${removed.join(", ")}.`] : []),
    ];
  });
}

interface Pair {
  readonly now: Source;
  readonly before: Source;
  readonly key: readonly string[];
  readonly columns: readonly string[];
}

/** A file, and all its columns in order. */
interface Source {
  readonly file: ManifestFile;
  readonly columns: readonly string[];
}

/** Files of one format in both deliveries, with a key that both have. */
function comparable(table: ManifestTable, old: ManifestTable): Pair | undefined {
  const columns = table.columns.filter((column) => old.columns.includes(column));
  if (table.key.length === 0 || !table.key.every((column) => columns.includes(column))) return undefined;
  for (const format of ["parquet", "csv"]) {
    const now = table.files.find((file) => file.format === format);
    const before = old.files.find((file) => file.format === format);
    if (now && before) {
      const sides = {
        now: { file: now, columns: table.columns },
        before: { file: before, columns: old.columns },
      };
      return { ...sides, key: table.key, columns };
    }
  }
  return undefined;
}

async function compareRecords(
  name: string,
  bag: string,
  beforeFolder: string,
  pair: Pair,
  session: Session,
): Promise<CountTable> {
  const key = pair.key.map(duckdb.quoteIdentifier).join(", ");
  // Records that share a key are one record here; their hashes are summed, so that their order does not matter.
  const side = (folder: string, source: Source) =>
    `SELECT ${key}, sum(CAST(hash(${pair.columns.map((c) => `CAST(${duckdb.quoteIdentifier(c)} AS VARCHAR)`).join(", ")}) AS HUGEINT)) AS seal
FROM ${reader(join(folder, source.file.path), source)} GROUP BY ${key}`;
  const on = pair.key.map(
    (c) => `n.${duckdb.quoteIdentifier(c)} IS NOT DISTINCT FROM o.${duckdb.quoteIdentifier(c)}`,
  );
  const counts = await session.row(
    `changes of ${name}`,
    `SELECT
  count(*) FILTER (WHERE o.seal IS NULL) AS added,
  count(*) FILTER (WHERE n.seal IS NULL) AS removed,
  count(*) FILTER (WHERE n.seal <> o.seal) AS changed,
  count(*) FILTER (WHERE n.seal = o.seal) AS unchanged
FROM (${side(bag, pair.now)}) AS n
FULL JOIN (${side(beforeFolder, pair.before)}) AS o ON ${on.join(" AND ")}`,
  );
  const rows = ["added", "removed", "changed", "unchanged"].map((what) => ({
    labels: [what],
    n: Number(counts[what]),
  }));
  return {
    name: `records.${name}`,
    caption: `Records of ${name}, by ${pair.key.join(", ")}`,
    labels: ["change"],
    rows,
  };
}

function reader(path: string, { file, columns }: Source): string {
  if (file.format === "parquet") return `read_parquet(${duckdb.quoteText(path)})`;
  const delimiter = duckdb.quoteText(file.delimiter ?? "|");
  const types = columns.map((column) => `${duckdb.quoteText(column)}: 'VARCHAR'`).join(", ");
  return `read_csv(${duckdb.quoteText(path)}, auto_detect = false, header = true, delim = ${delimiter}, quote = '"', escape = '"', columns = {${types}})`;
}
