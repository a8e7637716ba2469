import type { MatchRole } from "../../model/rule-set.ts";
import { columns } from "../../sql/statement.ts";
import type { Column } from "../../sql/type.ts";

/** What a death and a person are compared on. */
export const sharedRoles = ["nhs_number", "birth_date", "sex", "postcode"] as const satisfies MatchRole[];

/** Columns of those values, cleaned. */
export const sharedColumns: readonly Column[] = sharedRoles.map((name) => ({
  name,
  type: name === "birth_date" ? "date" : "varchar",
}));

/**
 * One death per person. `record_id` is the registration's, NULL where a hospital alone knows of the death, whose
 * `match_rank` is 0. `n_candidates` counts the candidate pairs of the person or of the registration, this one included;
 * `margin` is the rank of the best other one less this rank, NULL where there is none, below 0
 * where the better pair's other side went elsewhere. `subsequent_activity` is Y or NULL.
 */
export const deathColumns: readonly Column[] = columns({
  person_id: "bigint",
  record_id: "bigint",
  date_of_death: "date",
  date_of_registration: "date",
  cause_of_death: "varchar",
  death_record_used: "varchar",
  match_rank: "tinyint",
  n_candidates: "integer",
  margin: "integer",
  subsequent_activity: "varchar",
  rule_set: "varchar",
  is_stillbirth: "boolean",
});

/** Registrations that are nobody's yet, by natural key. They are tried again on every run. */
export const heldColumns: readonly Column[] = columns({
  natural_key: "varchar",
  record_id: "bigint",
  first_held_as_at: "date",
  n_tried: "integer",
});

/** Counts, one row each; they stay inside until they pass disclosure control. */
export const reportColumns: readonly Column[] = columns({
  section: "varchar",
  group: "varchar",
  value: "varchar",
  n: "bigint",
});
