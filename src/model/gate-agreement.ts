import { type Field, isDirect } from "../catalogue/dataset.ts";
import type { Agreement } from "../spec/agreement.ts";
import { formatYear, parseYear } from "./period.ts";

/** One thing that a specification asks of an agreement: a field of a data set, in some years, for some use. */
export interface FieldAsk {
  readonly dataSet: string;
  /** As "2023/24"; none where the table has no years. */
  readonly years: readonly string[];
  readonly field: Field;
  readonly use: "delivered" | "used to select" | "used to derive";
}

/** Why an agreement does not cover an ask. */
export type Excess =
  | { readonly why: "data-set" | "sensitive" | "restricted" | "direct" }
  | { readonly why: "field"; readonly years: readonly string[] };

/** Years of a specification, written out: a range has both ends. Years that cannot be read are left out. */
export function yearsOf(years: readonly string[] | { readonly from: string; readonly to: string }): string[] {
  if (!("from" in years)) return [...years];
  const first = parseYear(years.from);
  const last = parseYear(years.to);
  if (first === undefined || last === undefined) return [];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    formatYear((first + i) as typeof first),
  );
}

/** Is this the name, or one of the family (`DIAG_4_*`)? */
export function matchesPattern(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** Years of the asked ones in which an agreement covers the data set at all. */
export function coveredYears(agreement: Agreement, dataSet: string, years: readonly string[]): string[] {
  const grants = agreement.data.filter((grant) => grant.dataset === dataSet);
  return years.filter((year) => grants.some((grant) => yearsOf(grant.years).includes(year)));
}

/**
 * Everything in which one ask goes beyond an agreement; nothing when it is covered. Years that the agreement does not
 * name for the data set are told apart, by `coveredYears`, and are not repeated for each field.
 */
export function excessesOf(agreement: Agreement, ask: FieldAsk): Excess[] {
  const grants = agreement.data.filter((grant) => grant.dataset === ask.dataSet);
  if (grants.length === 0) return [{ why: "data-set" }];
  const { field } = ask;
  const granting = grants.filter((grant) => grant.fields.some((p) => matchesPattern(p, field.name)));
  const years = coveredYears(agreement, ask.dataSet, ask.years);
  const lacking = years.filter((year) => !granting.some((grant) => yearsOf(grant.years).includes(year)));
  const found: Excess[] = [];
  if (lacking.length > 0 || granting.length === 0) found.push({ why: "field", years: lacking });
  if (isDirect(field) && agreement.identifiability === "pseudonymised") found.push({ why: "direct" });
  if (field.permission !== "standard" && !isPermitted(agreement, field))
    found.push({ why: field.permission });
  return found;
}

function isPermitted(agreement: Agreement, field: Field): boolean {
  const permitted = agreement.permissions[field.permission as "sensitive" | "restricted"];
  return permitted.some((pattern) => matchesPattern(pattern, field.name));
}
