import { type Field, fieldOf } from "../../catalogue/dataset.ts";
import { hesOnsLinked } from "../../catalogue/hes-ons-linked.ts";
import { excessesOf } from "../../model/gate-agreement.ts";
import type { Agreement } from "../../spec/agreement.ts";
import { fieldsNamed } from "./condition.ts";
import type { ExtractSpec } from "./extract-spec.ts";
import { unique } from "./resolve.ts";

/** Published field → column of the link step's output `deaths`. */
export const deathColumns: Readonly<Record<string, string>> = {
  record_id: "record_id",
  dod: "date_of_death",
  dor: "date_of_registration",
  cause_of_death: "cause_of_death",
  death_record_used: "death_record_used",
  match_rank: "match_rank",
  n_candidates: "n_candidates",
  margin: "margin",
  subsequent_activity: "subsequent_activity",
  rule_set: "rule_set",
};

export const deathsName = "HES_ONS_LINKED";

/** Fields of the mortality table: those asked for, or all that exist and the agreement covers. */
export function deathFields(spec: ExtractSpec, agreement: Agreement | undefined): Field[] {
  const asked = spec.deaths?.fields;
  if (asked !== undefined) {
    const named = unique(asked.flatMap((pattern) => fieldsNamed(hesOnsLinked, pattern)));
    return named.filter((field) => deathColumns[field.name] !== undefined);
  }
  return Object.keys(deathColumns)
    .flatMap((name) => fieldOf(hesOnsLinked, name) ?? [])
    .filter((field) => agreement === undefined || isCovered(agreement, field));
}

function isCovered(agreement: Agreement, field: Field): boolean {
  const ask = { dataSet: hesOnsLinked.id, years: [], field, use: "delivered" } as const;
  return excessesOf(agreement, ask).length === 0;
}
