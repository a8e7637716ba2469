import type { Json } from "../../base/stable-json.ts";
import type { DeliveredTable, ReleaseNote, Terms } from "../../model/gate.ts";
import type { BagPlan } from "../../steps/bag.ts";

/** A data file as its recipient is told of it. `path` begins at the bag's root. */
export interface ManifestFile {
  readonly path: string;
  readonly format: "csv" | "parquet";
  readonly delimiter: string | null;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ManifestTable {
  readonly name: string;
  readonly dataset: string;
  readonly year: string | null;
  readonly status: "provisional" | "final" | null;
  readonly columns: readonly string[];
  /** Columns that name a record across deliveries. */
  readonly key: readonly string[];
  readonly releases: readonly ReleaseNote[];
  readonly files: readonly ManifestFile[];
}

/** `data/manifest.json`: what a delivery is. It holds no time of a run and no name of a machine. */
export interface DeliveryManifest {
  readonly format: 1;
  readonly product: string;
  readonly title: string;
  readonly number: number;
  readonly period: string | null;
  readonly as_at: string;
  /** Number of the delivery that this one replaces, of the same agreement and product. */
  readonly supersedes: number | null;
  readonly terms: Terms;
  readonly linkage: Json;
  readonly tables: readonly ManifestTable[];
}

/** Where a data file stands in the bag. */
export function dataPath(file: string): string {
  return `data/extract/${file}`;
}

/** The manifest of a delivery from its plan and from what its files turned out to be. */
export function manifestOf(
  plan: BagPlan,
  facts: {
    readonly number: number;
    readonly period: string | null;
    readonly asAt: string;
    readonly supersedes: number | null;
  },
  measured: ReadonlyMap<string, { readonly rows: number; readonly bytes: number; readonly sha256: string }>,
): DeliveryManifest {
  const { records } = plan.extract;
  return {
    format: 1,
    product: plan.product,
    title: plan.title,
    number: facts.number,
    period: facts.period,
    as_at: facts.asAt,
    supersedes: facts.supersedes,
    terms: records.terms,
    linkage: plan.linkage?.facts ?? null,
    tables: records.tables.map((table) => ({
      name: table.name,
      dataset: table.dataSet,
      year: table.year,
      status: statusOf(table),
      columns: table.columns.map((column) => column.name),
      key: table.key,
      releases: table.releases,
      files: table.files.map(({ path, as }) => ({
        path: dataPath(path),
        format: as.format,
        delimiter: as.format === "csv" ? as.delimiter : null,
        ...(measured.get(path) ?? { rows: 0, bytes: 0, sha256: "" }),
      })),
    })),
  };
}

/** A table is provisional as soon as one release behind it is. */
function statusOf(table: DeliveredTable): ManifestTable["status"] {
  if (table.releases.length === 0) return null;
  return table.releases.some((release) => release.status === "provisional") ? "provisional" : "final";
}
