import type { Sql } from "../sql/sql.ts";
import type { SqlType } from "../sql/type.ts";

/** Does the field identify somebody? `record_key` would join two recipients' extracts, so it leaves as a pseudonym. */
export type Identifies = "direct" | "record_key" | "quasi" | "free_text" | "no";

/** What an agreement must say before the field may leave: nothing more, a sensitive item named, a legal permission named. */
export type Permission = "standard" | "sensitive" | "restricted";

/** Code → meaning. */
export type CodeList = Readonly<Record<string, string>>;

/** One published field. Content keeps its published value; `codes` and `missing` say what values mean. */
export interface Field {
  readonly name: string;
  readonly type: SqlType;
  readonly identifies: Identifies;
  readonly permission: Permission;
  readonly meaning: string;
  readonly codes?: CodeList;
  /** Values that stand for "no value", with the reason each states. */
  readonly missing?: CodeList;
  /** First and last financial year in which the field is supplied, e.g. "2012/13". */
  readonly from?: string;
  readonly to?: string;
  /** The source marks this fact as recalled, not found in a document. */
  readonly recalled?: true;
}

/** How a supplier's releases of a data set replace or add to each other. */
export type Supply = "cumulative" | "increment" | "upsert" | "snapshot" | "history";

export type Encoding = "utf-8" | "latin-1" | "cp1252";

/** One layout in which a supplier sends the data set. Nothing of it is ever guessed. */
export interface Shape {
  readonly name: string;
  readonly about: string;
  readonly delimiter: "," | "|" | "\t";
  /** null: no quoting; a quote character in the data is a literal. */
  readonly quote: '"' | null;
  readonly encoding: Encoding;
  /** Field names in file order. With `header`, the first line must be exactly these. */
  readonly columns: readonly string[];
  readonly header: boolean;
  /** How dates are written; values of date fields that are not so written reject the row. */
  readonly dates: "%Y-%m-%d" | "%Y%m%d" | "%d/%m/%Y" | "%Y/%m/%d";
  /** The most records that a file may have. */
  readonly mostRecords?: number;
  /** Last line with the number of records, e.g. "COUNT|1234"; the group `records` holds it. */
  readonly trailer?: RegExp;
  /**
   * The file names of this shape. Its groups say what the file covers: `code` a financial year as FYEAR writes it (2324);
   * `year` a financial year by its first calendar year (2023), with `part` 01 to 12 for the year to that month (01 is
   * April), 13 for the provisional annual refresh and 99 for the final year; `month` one calendar month (202404);
   * `cohort` the reference of the customer's list that the file belongs to.
   */
  readonly fileName?: RegExp;
}

/** A rule for one row. `holds` is true or NULL where the row is good. */
export interface RowCheck {
  readonly code: string;
  readonly severity: "reject" | "flag";
  readonly field: string;
  readonly about: string;
  readonly holds: Sql;
}

/** What a field is for matching. Rule sets speak of roles, so they need not know data sets. */
export type IdentityRole =
  | "nhs_number"
  | "birth_date"
  | "sex"
  | "postcode"
  | "provider"
  | "local_patient_id"
  | "family_name"
  | "given_name"
  | "given_person_id"
  | "start_date"
  | "end_date";

/** One data set of the national collection. */
export interface DataSet {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly supplier: string;
  readonly supply: Supply;
  /** What one row is. */
  readonly unit: string;
  readonly fields: readonly Field[];
  readonly shapes: readonly Shape[];
  /** Fields that together name a record across releases. */
  readonly naturalKey: readonly string[];
  /** The date that puts a record into a period; absent where a record has none. */
  readonly periodDate?: string;
  /** A field whose value is the financial year as four digits (2324), equal in every row of a file. */
  readonly yearField?: string;
  readonly roles: Readonly<Partial<Record<IdentityRole, string>>>;
  /** The records carry no person; theirs is the person of the record of `dataSet` with the same value of `field`. */
  readonly personThrough?: { readonly dataSet: string; readonly field: string };
  readonly checks: readonly RowCheck[];
  /**
   * The files are customers' lists of persons: each belongs to the cohort that its name tells and covers the month it
   * came in, and none of its fields is content.
   */
  readonly isCohort?: true;
  /** Rejected rows beyond this share refuse the whole file. */
  readonly rejectLimit: { readonly rows: number; readonly ratio: number };
}

/** The field of that name. */
export function fieldOf(dataSet: DataSet, name: string): Field | undefined {
  return dataSet.fields.find((field) => field.name === name);
}

/** Does the field name persons, or may it? */
export function isDirect({ identifies }: Field): boolean {
  return identifies === "direct" || identifies === "free_text";
}

/**
 * The fields that a zone of the store holds, in their order. Content: what names no person. Identity: what does, the
 * natural key, and every field with a role in matching; of a customer's list, all.
 */
export function zoneFields(
  dataSet: DataSet,
  zone: "content" | "identity",
  fields: readonly Field[] = dataSet.fields,
): readonly Field[] {
  if (dataSet.isCohort === true) return zone === "identity" ? fields : [];
  if (zone === "content") return fields.filter((field) => !isDirect(field));
  const matching = new Set([...dataSet.naturalKey, ...Object.values(dataSet.roles)]);
  return fields.filter((field) => isDirect(field) || matching.has(field.name));
}
