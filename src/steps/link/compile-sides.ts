import type { DataSet } from "../../catalogue/dataset.ts";
import {
  cleanBirthDateSql,
  cleanNhsNumberSql,
  cleanPostcodeSql,
  cleanSexSql,
  isAfterEndSql,
  tenDigitsSql,
} from "../../model/identity-sql.ts";
import type { Statement } from "../../sql/operation.ts";
import { as, cast, columnsOf, ident, join, literal, type Sql, sql } from "../../sql/sql.ts";
import { columns, statement } from "../../sql/statement.ts";
import { sharedColumns, sharedRoles } from "./columns.ts";

/** Fields that a data set of deaths must have beside its roles. */
export const deathFields = {
  date: "REG_DATE_OF_DEATH",
  registered: "REG_DATE",
  cause: "S_UNDERLYING_COD_ICD10",
  earlierCause: "S_UNDERLYING_COD_ICD9",
  cancelled: "CANCELLED_FLAG",
} as const;

/** Of a hundred postcodes, the one with the most persons is taken for communal. Source: CUREd. */
const postcodesPerCommunal = 100;

/** A record's natural key as one text. */
function naturalKey(dataSet: DataSet, table: string): Sql {
  return join(
    dataSet.naturalKey.map((name) => cast(ident(table, name), "varchar")),
    sql` || '/' || `,
  );
}

/**
 * Registered deaths, each as last delivered, without those cancelled. Key `death_id`, in order of natural key.
 * A death's birth date counts where it is not after the death.
 */
export function deathTables(deaths: DataSet): Statement[] {
  const role = (name: (typeof sharedRoles)[number]) => ident("i", deaths.roles[name] ?? "");
  const field = (name: keyof typeof deathFields) => ident("c", deathFields[name]);
  return [
    statement(
      "death_version",
      columns({ natural_key: "varchar", record_id: "bigint" }),
      sql`SELECT ${naturalKey(deaths, "i")} AS natural_key, max(i.record_id) AS record_id
FROM deaths_identity AS i
GROUP BY ${naturalKey(deaths, "i")}`,
    ),
    statement(
      "death",
      [
        ...columns({ death_id: "integer", natural_key: "varchar", record_id: "bigint" }),
        ...sharedColumns,
        ...columns({ death_date: "date", registered_date: "date", cause: "varchar" }),
      ],
      sql`SELECT row_number() OVER (ORDER BY v.natural_key) - 1 AS death_id, v.natural_key, v.record_id, ${join(
        [
          as(cleanNhsNumberSql(role("nhs_number"), tenDigitsSql(role("nhs_number"))), "nhs_number"),
          as(
            cleanBirthDateSql(role("birth_date"), isAfterEndSql(role("birth_date"), field("date"))),
            "birth_date",
          ),
          as(cleanSexSql(role("sex")), "sex"),
          as(cleanPostcodeSql(role("postcode")), "postcode"),
          as(field("date"), "death_date"),
          as(field("registered"), "registered_date"),
          as(sql`coalesce(${field("cause")}, ${field("earlierCause")})`, "cause"),
        ],
      )}
FROM death_version AS v
JOIN deaths_identity AS i ON i.record_id = v.record_id
JOIN deaths_content AS c ON c.record_id = v.record_id
WHERE coalesce(${field("cancelled")}, 'N') <> 'Y'`,
    ),
  ];
}

/** What is known of persons by the ledger, cleaned as its rule set does: distinct values, and how many records bear them. */
export function personTables(): Statement[] {
  const values = columnsOf([...sharedRoles], "l");
  return [
    statement(
      "person_profile",
      [...columns({ person_id: "bigint" }), ...sharedColumns, ...columns({ n_records: "bigint" })],
      sql`SELECT l.person_id, ${values}, sum(l.n_records) AS n_records
FROM ledger_profiles AS l
WHERE NOT l.is_dormant
GROUP BY l.person_id, ${values}`,
    ),
    statement(
      "person_number",
      columns({ person_id: "bigint", nhs_number: "varchar" }),
      sql`SELECT DISTINCT p.person_id, p.nhs_number FROM person_profile AS p WHERE p.nhs_number IS NOT NULL`,
    ),
    communalTable(),
  ];
}

/** The postcodes with the most persons: at most one in a hundred, those of equal count together or not at all. */
function communalTable(): Statement {
  return statement(
    "communal",
    columns({ postcode: "varchar" }),
    sql`SELECT r.postcode
FROM (
  SELECT q.postcode, count(*) OVER (ORDER BY q.n_persons DESC) AS n_before, count(*) OVER () AS n_postcodes
  FROM (
    SELECT p.postcode, count(DISTINCT p.person_id) AS n_persons
    FROM person_profile AS p
    WHERE p.postcode IS NOT NULL
    GROUP BY p.postcode
  ) AS q
) AS r
WHERE r.n_before * ${literal(postcodesPerCommunal)} <= r.n_postcodes`,
  );
}
