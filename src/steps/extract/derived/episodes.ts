import { type Sql, sql } from "../../../sql/sql.ts";
import type { Derivation } from "./derived.ts";

const codes = { "1": "yes", "0": "no" };

function flag(holds: Sql, known: Sql): Sql {
  return sql`CASE WHEN ${known} IS NULL THEN NULL WHEN ${holds} THEN 1 ELSE 0 END`;
}

/**
 * Finished consultant episode: EPISTAT is 3. NULL where EPISTAT is.
 * Source: HES technical output specification, EPISTAT; analysis guide.
 */
export const finishedEpisode: Derivation = {
  columns: [
    { name: "FCE_DERIVED", type: "integer", meaning: "1 when the episode is finished (EPISTAT 3)", codes },
  ],
  uses: [["EPISTAT"]],
  fromRecord: ([status = sql`NULL`]) => [flag(sql`${status} = '3'`, status)],
};

/**
 * Finished admission episode: finished, and the first of its spell (EPIORDER 1). NULL where EPISTAT is;
 * an EPIORDER that is absent, 98 or 99 is not the first.
 * Source: HES technical output specification, EPISTAT and EPIORDER; analysis guide.
 */
export const finishedAdmission: Derivation = {
  columns: [
    {
      name: "FAE_DERIVED",
      type: "integer",
      meaning: "1 when the episode is finished and the first of its spell (EPISTAT 3, EPIORDER 1)",
      codes,
    },
  ],
  uses: [["EPISTAT", "EPIORDER"]],
  fromRecord: ([status = sql`NULL`, order = sql`NULL`]) => [
    flag(sql`${status} = '3' AND ${order} = 1`, status),
  ],
};
