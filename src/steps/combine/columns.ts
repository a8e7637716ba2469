import { columns } from "../../sql/statement.ts";
import type { Column } from "../../sql/type.ts";

/**
 * One row for each person who was looked for: those of a customer's list today, linked or not, or those of a ledger who
 * were linked. `match_step` is rules, model or none; where it is none the rest is NULL. `match_rank` is the rule's,
 * `match_weight` (bits) and `match_probability` the model's. `n_candidates` counts the persons who came into question;
 * `margin` is the lead over the next best of them, in ranks or in bits, NULL where there was no other.
 */
export const linkedColumns: readonly Column[] = columns({
  left_id: "varchar",
  right_id: "varchar",
  match_step: "varchar",
  rule_set: "varchar",
  match_rank: "tinyint",
  match_weight: "decimal(18,12)",
  match_probability: "double",
  n_candidates: "integer",
  margin: "decimal(18,12)",
});

/** The history of customers' lists, as the deterministic step tells it. */
export const memberColumns: readonly Column[] = columns({
  side: "varchar",
  reference: "varchar",
  status: "varchar",
  record_start_date: "date",
  record_end_date: "date",
  is_current: "boolean",
});

/** Counts, one row each; they stay inside until they pass disclosure control. */
export const reportColumns: readonly Column[] = columns({
  section: "varchar",
  group: "varchar",
  value: "varchar",
  n: "bigint",
});
