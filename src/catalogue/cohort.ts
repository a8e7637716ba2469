import { ident, literal, literals, type Sql, sql } from "../sql/sql.ts";
import type { DataSet, RowCheck } from "./dataset.ts";
import { columns, fields } from "./fields.ts";
import { keyPresent, matches } from "./row-checks.ts";

const isDelete = sql`lower(${ident("STATUS")}) = 'delete'`;
const has = (field: string) => sql`coalesce(trim(${ident(field)}), '') <> ''`;

function rejects(code: string, field: string, about: string, holds: Sql): RowCheck {
  return { code, severity: "reject", field, about, holds };
}

/** Rejects a row in which one of the fields is longer than its column of the contract. */
function noLonger(code: string, lengths: Readonly<Record<string, number>>): RowCheck {
  const [[first] = ["", 0]] = Object.entries(lengths);
  const tests = Object.entries(lengths).map(
    ([field, most]) => sql`length(coalesce(${ident(field)}, '')) <= ${literal(most)}`,
  );
  const told = Object.entries(lengths).map(([field, most]) => `${field} ${most}`);
  const holds: Sql = {
    kind: "list",
    parts: tests.flatMap((test, i) => (i === 0 ? [test] : [sql` AND `, test])),
  };
  return rejects(code, first, `no value is longer than the contract has it: ${told.join(", ")}`, holds);
}

const checks: readonly RowCheck[] = [
  keyPresent("COHORT-REFERENCE", "UNIQUE_REFERENCE"),
  rejects(
    "COHORT-REFERENCE-NAMES",
    "UNIQUE_REFERENCE",
    "a reference is the customer's own and no NHS number, as it comes back with the result",
    sql`NOT ${matches("UNIQUE_REFERENCE", "^ *[0-9]{3} ?[0-9]{3} ?[0-9]{4} *\\z")}`,
  ),
  rejects(
    "COHORT-STATUS",
    "STATUS",
    "the status is add or delete",
    sql`coalesce(lower(${ident("STATUS")}) IN ${literals(["add", "delete"])}, FALSE)`,
  ),
  rejects(
    "COHORT-INSUFFICIENT",
    "NHS_NO",
    "a person who is added has an NHS number, or a birth date with a postcode or a family name",
    sql`(${isDelete} OR ${has("NHS_NO")} OR (${ident("DATE_OF_BIRTH")} IS NOT NULL AND (${has("POSTCODE")} OR ${has("FAMILY_NAME")})))`,
  ),
  rejects(
    "COHORT-NHS-LENGTH",
    "NHS_NO",
    "an NHS number has ten digits",
    matches("NHS_NO", "^ *[0-9]{3} ?[0-9]{3} ?[0-9]{4} *\\z"),
  ),
  rejects(
    "COHORT-GENDER",
    "GENDER",
    "the gender is 0, 1, 2 or 9",
    sql`${ident("GENDER")} IN ${literals(["0", "1", "2", "9"])}`,
  ),
  rejects(
    "COHORT-DATES",
    "PERSON_MAX_DATE",
    "the last date is not before the first",
    sql`${ident("PERSON_MAX_DATE")} >= ${ident("PERSON_MIN_DATE")}`,
  ),
  noLonger("COHORT-LENGTH", {
    UNIQUE_REFERENCE: 100,
    FAMILY_NAME: 40,
    GIVEN_NAME: 40,
    OTHER_GIVEN_NAME: 100,
    POSTCODE: 8,
  }),
];

/**
 * Customers' lists of persons. Source: cohort file contract of NHS England's Participant Validation Engine. What a row
 * must hold at least is not published; the rule here asks for what a linkage can work with.
 */
export const cohort: DataSet = {
  id: "cohort",
  title: "Customer's cohort",
  about: "Persons whom a customer asks to have linked; each file adds to the cohort or deletes from it.",
  supplier: "The customer of an agreement",
  supply: "upsert",
  unit: "person of a cohort",
  fields: fields([
    ["UNIQUE_REFERENCE", "varchar", "direct", "restricted", "The customer's own reference of the person"],
    ["NHS_NO", "varchar", "direct", "restricted", "NHS number"],
    ["FAMILY_NAME", "varchar", "direct", "restricted", "Family name"],
    ["GIVEN_NAME", "varchar", "direct", "restricted", "First given name"],
    ["OTHER_GIVEN_NAME", "varchar", "direct", "restricted", "Other given names"],
    [
      "GENDER",
      "varchar",
      "quasi",
      "restricted",
      "Gender as the customer states it",
      { codes: { "1": "male", "2": "female" }, missing: { "0": "not known", "9": "not specified" } },
    ],
    ["DATE_OF_BIRTH", "date", "direct", "restricted", "Date of birth"],
    ["POSTCODE", "varchar", "direct", "restricted", "Postcode of the address"],
    ["ADDRESS_LINE{1..5}", "varchar", "direct", "restricted", "Line {n} of the address"],
    ["STATUS", "varchar", "no", "restricted", "Whether the file adds the person or deletes it"],
    ["PERSON_MIN_DATE", "date", "quasi", "restricted", "First day for which data is asked for"],
    ["PERSON_MAX_DATE", "date", "quasi", "restricted", "Last day for which data is asked for"],
  ]),
  shapes: [
    {
      name: "participant-list",
      about: "One row for each person to be added or deleted; the file's name holds the NIC reference.",
      delimiter: ",",
      quote: '"',
      encoding: "utf-8",
      columns: columns([
        "UNIQUE_REFERENCE",
        "NHS_NO",
        "FAMILY_NAME",
        "GIVEN_NAME",
        "OTHER_GIVEN_NAME",
        "GENDER",
        "DATE_OF_BIRTH",
        "POSTCODE",
        "ADDRESS_LINE{1..5}",
        "STATUS",
        "PERSON_MIN_DATE",
        "PERSON_MAX_DATE",
      ]),
      header: true,
      dates: "%Y/%m/%d",
      fileName: /(?<cohort>NIC-[0-9]{6})(?![0-9])/,
      mostRecords: 1_000_000,
    },
  ],
  naturalKey: ["UNIQUE_REFERENCE"],
  roles: {
    nhs_number: "NHS_NO",
    birth_date: "DATE_OF_BIRTH",
    sex: "GENDER",
    postcode: "POSTCODE",
    family_name: "FAMILY_NAME",
    given_name: "GIVEN_NAME",
  },
  checks,
  isCohort: true,
  rejectLimit: { rows: 20, ratio: 0.5 },
};
