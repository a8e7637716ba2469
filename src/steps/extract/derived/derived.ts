import type { CodeList } from "../../../catalogue/dataset.ts";
import type { Statement } from "../../../sql/operation.ts";
import type { Sql } from "../../../sql/sql.ts";
import type { Column } from "../../../sql/type.ts";

interface DerivedColumn extends Column {
  readonly meaning: string;
  readonly codes?: CodeList;
}

/** A field that is made here, and not by the supplier. */
export interface Derivation {
  readonly columns: readonly DerivedColumn[];
  /** Published fields that it reads; the first list whose fields a data set all has is taken. */
  readonly uses: readonly (readonly string[])[];
  /** From one record: an expression for each column, from the fields in the order of `uses`. */
  readonly fromRecord?: (fields: readonly Sql[]) => readonly Sql[];
  /** From all records of a person: statements, the last of which has record_id and the columns. */
  readonly fromPerson?: (source: PersonSource) => readonly Statement[];
}

/** Records with their persons, for a derivation that looks at more than one record. */
export interface PersonSource {
  /** A relation with record_id, person_id and the fields used. */
  readonly episodes: Sql;
  /** A relation with the record_id of every record that is delivered. */
  readonly delivered: Sql;
  /** Begins the names of what the statements make. */
  readonly prefix: string;
}
