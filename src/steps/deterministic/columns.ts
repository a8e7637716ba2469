import { columns } from "../../sql/statement.ts";
import type { Column } from "../../sql/type.ts";

/** What rules compare. */
export const ruleRoles = ["nhs_number", "birth_date", "sex", "postcode"] as const;

/** What only people's lists have, for a model to compare. */
export const nameRoles = ["family_name", "given_name"] as const;

/** An NHS number as stated, its check digit right or wrong: a slip of one digit still tells a model much. */
export const statedNumber = "nhs_number_stated";

/** Values of a profile, cleaned; NULL where absent, invalid or a placeholder. */
export const valueColumns: readonly Column[] = [...ruleRoles, ...nameRoles, statedNumber].map((name) => ({
  name,
  type: name === "birth_date" ? "date" : "varchar",
}));

/**
 * Distinct identity profiles of one side, key `profile_id`, from 0 by person and values. `person_id` names the person on
 * that side: a ledger's number as text, or the customer's reference. `n_records`: how many records bear the profile.
 */
export const profileColumns: readonly Column[] = [
  ...columns({ profile_id: "bigint", person_id: "varchar" }),
  ...valueColumns,
  ...columns({ n_records: "bigint" }),
];

/**
 * Links by rules, one for each person of the left who has any. `n_candidates` counts the persons of the right that some
 * rank accepts; `margin` is the rank of the best other one less this rank, NULL where there is none.
 */
export const linkColumns: readonly Column[] = columns({
  left_id: "varchar",
  right_id: "varchar",
  match_rank: "tinyint",
  n_candidates: "integer",
  margin: "integer",
  rule_set: "varchar",
});

/**
 * The history of a customer's list: what each file said of each reference. `record_end_date` is the day of the next file
 * that speaks of it, NULL where none does; `is_current` holds of persons who are in the list today.
 */
export const memberColumns: readonly Column[] = columns({
  side: "varchar",
  reference: "varchar",
  status: "varchar",
  record_start_date: "date",
  record_end_date: "date",
  is_current: "boolean",
});

/** Counts, one row each; they stay inside until they pass disclosure control. */
export const intakeColumns: readonly Column[] = columns({
  section: "varchar",
  group: "varchar",
  value: "varchar",
  n: "bigint",
});
