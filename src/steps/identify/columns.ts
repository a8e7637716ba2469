import { profileRoles } from "../../model/identity.ts";
import { columns } from "../../sql/statement.ts";
import type { Column } from "../../sql/type.ts";

/** What rules compare, and the id that a supplier gave. */
export const valueNames: readonly string[] = [...profileRoles, "given_person_id"];

/** Columns of the values of a profile. */
export const valueColumns: readonly Column[] = valueNames.map((name) => ({
  name,
  type: name === "birth_date" ? "date" : "varchar",
}));

/** A record's person. `match_pass` is the first pass by which it agrees with another record, 0 where none does. */
export const personColumns: readonly Column[] = columns({
  record_id: "bigint",
  person_id: "bigint",
  match_pass: "tinyint",
  id_type: "varchar",
});

/**
 * The ledger: one row per identity profile that was ever seen. Values are cleaned; `record_key` (data set and natural
 * key, "hes_apc/300000000001") is set where a record stands for itself; `first_record` is the least such key of the
 * profile's records. `is_founding` marks the one profile that decides who keeps the id in a split. A dormant profile
 * stands in no current record; it links nothing and keeps its person's id for its return.
 */
export const ledgerColumns: readonly Column[] = [
  ...valueColumns,
  ...columns({
    record_key: "varchar",
    person_id: "bigint",
    id_type: "varchar",
    is_founding: "boolean",
    is_dormant: "boolean",
    first_record: "varchar",
    n_records: "bigint",
  }),
];

/**
 * What changed in the ledger. birth: one row, old_id the highest id before, new_id the highest now, n the ids minted.
 * merge: person old_id is now new_id. split: n profiles of old_id are now new_id.
 */
export const eventColumns: readonly Column[] = columns({
  kind: "varchar",
  old_id: "bigint",
  new_id: "bigint",
  n: "bigint",
  rule_set: "varchar",
});
