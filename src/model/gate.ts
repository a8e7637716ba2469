/**
 * The gate: whatever leaves is `Cleared`, and only the two functions here make that of anything. `authorise` clears
 * record-level tables, `disclose` clears counts; the delivery writer takes nothing else.
 */
import { InvariantError } from "../base/diagnostics.ts";
import { type CodeList, type Field, isDirect } from "../catalogue/dataset.ts";
import type { Agreement } from "../spec/agreement.ts";
import type { FileFormat } from "../sql/operation.ts";
import type { SqlType } from "../sql/type.ts";
import { disclosurePolicies, type ShownCount, showCount, showPercentage } from "./disclosure.ts";
import { coveredYears, excessesOf } from "./gate-agreement.ts";

declare const cleared: unique symbol;

/** Something that may leave. */
export type Cleared<T> = T & { readonly [cleared]: true };

/** Where a delivered column comes from, and so what it may show. */
type ColumnOrigin =
  | { readonly kind: "person-token" }
  | { readonly kind: "record-token"; readonly field: Field }
  | { readonly kind: "field"; readonly field: Field }
  | {
      readonly kind: "derived";
      readonly meaning: string;
      readonly codes: CodeList;
      readonly from: readonly Field[];
    };

export interface DeliveredColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly origin: ColumnOrigin;
}

/** A release behind a table, as its recipient is told of it. */
export interface ReleaseNote {
  readonly dataSet: string;
  readonly number: number;
  readonly from: string;
  readonly to: string;
  readonly status: "provisional" | "final";
}

/** One published table: the same rows in each of its files. */
export interface DeliveredTable {
  /** File name without extension, e.g. HES_APC_2023_24. */
  readonly name: string;
  readonly dataSet: string;
  /** "2023/24"; null where the table has no years. */
  readonly year: string | null;
  readonly columns: readonly DeliveredColumn[];
  /** Columns that name a row across deliveries. */
  readonly key: readonly string[];
  readonly files: readonly { readonly path: string; readonly as: FileFormat }[];
  readonly releases: readonly ReleaseNote[];
}

/** All record-level data of one delivery. */
export interface RecordTables {
  readonly tables: readonly DeliveredTable[];
  /** The opt-out list that removed persons; null where none was applied. */
  readonly optOutsApplied: string | null;
}

/** What a recipient is told of the terms under which data left. */
export interface Terms {
  readonly agreement: string;
  readonly title: string;
  readonly recipient: string;
  readonly identifiability: Agreement["identifiability"];
  readonly optOuts: {
    readonly applied: boolean;
    readonly listDated: string | null;
    readonly reason: string | null;
  };
  readonly pseudonyms: Agreement["pseudonyms"];
  readonly disclosure: Agreement["disclosure"];
}

/**
 * Lets record-level tables leave under an agreement. What `check` refused with a place is here a broken promise: this
 * is the last door, and it looks at what would really be written.
 *
 * Errors: InvariantError when a column, year, format or opt-out state is not what the agreement allows.
 */
export function authorise(
  agreement: Agreement,
  content: RecordTables,
): Cleared<RecordTables & { terms: Terms }> {
  const wanted = agreement.opt_outs.apply ? agreement.opt_outs.dated : null;
  if (content.optOutsApplied !== wanted)
    throw new InvariantError("opt-outs are not applied as the agreement says");
  for (const table of content.tables) {
    const years = table.year === null ? [] : [table.year];
    if (coveredYears(agreement, table.dataSet, years).length < years.length) beyond(table, "its year");
    for (const column of table.columns) authoriseColumn(agreement, table, years, column);
    for (const { as } of table.files) if (!agreement.formats.includes(as.format)) beyond(table, "its format");
  }
  return { ...content, terms: termsOf(agreement) } as Cleared<RecordTables & { terms: Terms }>;
}

function authoriseColumn(
  agreement: Agreement,
  table: DeliveredTable,
  years: readonly string[],
  { name, origin }: DeliveredColumn,
): void {
  if (origin.kind === "person-token") return;
  const fields = origin.kind === "derived" ? origin.from : [origin.field];
  const asks = fields.map((field) => ({ dataSet: table.dataSet, years, field, use: "delivered" }) as const);
  if (asks.some((ask) => excessesOf(agreement, ask).length > 0)) beyond(table, `column ${name}`);
  if (origin.kind !== "field") return;
  const isRawKey = origin.field.identifies === "record_key" && !agreement.permissions.raw_record_keys;
  if (isRawKey || (isDirect(origin.field) && agreement.identifiability === "pseudonymised")) {
    beyond(table, `the plain values of ${name}`);
  }
}

function beyond(table: DeliveredTable, what: string): never {
  throw new InvariantError(
    `table ${table.name} would leave with ${what}, which the agreement does not cover`,
  );
}

function termsOf(agreement: Agreement): Terms {
  const { opt_outs: optOuts } = agreement;
  return {
    agreement: agreement.agreement,
    title: agreement.title,
    recipient: agreement.recipient,
    identifiability: agreement.identifiability,
    optOuts: optOuts.apply
      ? { applied: true, listDated: optOuts.dated, reason: null }
      : { applied: false, listDated: null, reason: optOuts.reason },
    pseudonyms: agreement.pseudonyms,
    disclosure: agreement.disclosure,
  };
}

/** Counts of one table, true, before any rule. `of` is the whole that a row is a part of. */
export interface CountTable {
  readonly name: string;
  readonly caption: string;
  readonly labels: readonly string[];
  readonly rows: readonly { readonly labels: readonly string[]; readonly n: number; readonly of?: number }[];
}

export interface DisclosedTable {
  readonly name: string;
  readonly caption: string;
  readonly labels: readonly string[];
  readonly rows: readonly {
    readonly labels: readonly string[];
    readonly n: ShownCount;
    readonly percent: number | "*" | null;
  }[];
}

/** Counts that may leave, with the rule that they went through. */
export interface DisclosedCounts {
  readonly policy: { readonly id: string; readonly version: number; readonly about: string };
  readonly tables: readonly DisclosedTable[];
}

/** Lets counts leave under a disclosure policy. Wholes are true totals, rounded afterwards, so rows need not add up. */
export function disclose(
  policyId: keyof typeof disclosurePolicies,
  tables: readonly CountTable[],
): Cleared<DisclosedCounts> {
  const policy = disclosurePolicies[policyId];
  const shown = tables.map(({ rows, ...table }) => ({
    ...table,
    rows: rows.map(({ labels, n, of }) => ({
      labels,
      n: showCount(policy, n),
      percent: of === undefined ? null : showPercentage(policy, n, of),
    })),
  }));
  const { id, version, about } = policy;
  return { policy: { id, version, about }, tables: shown } as unknown as Cleared<DisclosedCounts>;
}
