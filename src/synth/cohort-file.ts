import { cohort } from "../catalogue/cohort.ts";
import type { Copy } from "../sql/operation.ts";
import { cast, ident, literal, type Sql, sql } from "../sql/sql.ts";
import { codeAt, pack } from "./packed.ts";
import type { Plan } from "./plan.ts";
import { identified, nhsNumberText } from "./quality.ts";
import { textFile } from "./text-file.ts";

const familyNames = pack(
  (
    "SMITH JONES TAYLOR BROWN WILLIAMS WILSON JOHNSON DAVIES PATEL ROBINSON WRIGHT THOMPSON EVANS WALKER WHITE " +
    "ROBERTS GREEN HALL WOOD JACKSON CLARKE KHAN HUGHES LEWIS HARRIS MARTIN COOPER KING ALI WARD TURNER AHMED " +
    "BAKER HARRISON MORGAN SINGH MOORE ALLEN CLARK SCOTT LEE PARKER BENNETT SHAW COOK BEGUM YOUNG CARTER"
  ).split(" "),
);

const givenNames = {
  male: pack(
    "JOHN DAVID JAMES MOHAMMED THOMAS OLIVER GEORGE PETER JACK PAUL HARRY MARK ADAM LEO NOAH IAN".split(" "),
  ),
  female: pack(
    "MARY SUSAN AMELIA FATIMA OLIVIA EMMA SARAH MARGARET ANNE ISLA AVA LUCY JANE RUTH HELEN JOAN".split(" "),
  ),
};

/** Of all persons, those who take part in the customer's study. */
const share = 0.03;

/** Of the participants, those who join with the second file, and those of the first whom it takes out. */
const [later, leaving] = [0.05, 0.03];

/** The study's NIC reference, that of the example agreement. */
const reference = "NIC-000004";

/** Participants: the person's columns, `study_id`, and whether the second file adds them or takes them out. */
function participants({ draw }: Plan): Sql {
  const person = ident("person");
  return sql`SELECT *, 'S' || lpad(CAST((CAST(person AS BIGINT) * 7919 + 4021) % 1000000000 AS VARCHAR), 9, '0') AS study_id,
  ${draw.chance(person, later, "joins later")} AS joins_later, ${draw.chance(person, leaving, "leaves")} AS leaves
FROM synth_person
WHERE ${draw.chance(person, share, "participant")} AND death IS NULL`;
}

/**
 * The two lists of a customer's study: the first adds participants, the second adds some and takes some out. Three rows in
 * a hundred break the contract, and identifiers are as a study holds them, with names beside them.
 */
export function cohortFiles(plan: Plan): Copy[] {
  return [1, 2].map((number) => {
    const wanted = number === 1 ? sql`NOT joins_later` : sql`(joins_later OR leaves)`;
    const rows = sql`SELECT *, CAST(person AS BIGINT) AS record, ${literal(plan.last)} AS day FROM (${participants(plan)}) WHERE ${wanted}`;
    return textFile({
      id: `cohort ${number}`,
      file: `${reference}_COHORT_${number}.csv`,
      dataSet: cohort,
      shape: "participant-list",
      known:
        number === 1 ? added(literal("add")) : added(sql`CASE WHEN joins_later THEN 'add' ELSE 'delete' END`),
      source: sql`SELECT *, ${plan.draw.pick(ident("person"), 200, "row failure")} AS failure, ${namesOf(plan)}
FROM (${identified(plan, "cohort", rows)})`,
    });
  });
}

/** Family names are the household's; one in thirty has lost its last letter. */
function namesOf({ draw }: Plan): Sql {
  const person = ident("person");
  const family = sql`trim(${codeAt(familyNames, draw.pick(ident("household"), familyNames.count, "family name"))})`;
  const given = ({ male, female }: typeof givenNames) =>
    sql`trim(CASE WHEN sex = 1 THEN ${codeAt(male, draw.pick(person, male.count, "given name"))} ELSE ${codeAt(female, draw.pick(person, female.count, "given name"))} END)`;
  return sql`CASE WHEN ${draw.chance(person, 1 / 30, "name error")} THEN left(${family}, length(${family}) - 1) ELSE ${family} END AS family_name,
  ${given(givenNames)} AS given_name`;
}

function added(status: Sql): Record<string, Sql> {
  const stated = (value: Sql) => sql`CASE WHEN failure <> 3 THEN ${value} END`;
  return {
    UNIQUE_REFERENCE: ident("study_id"),
    NHS_NO: sql`CASE failure WHEN 2 THEN left(${nhsNumberText}, 9) WHEN 3 THEN NULL ELSE ${nhsNumberText} END`,
    FAMILY_NAME: ident("family_name"),
    GIVEN_NAME: ident("given_name"),
    GENDER: sql`CASE WHEN failure = 0 THEN 'X' ELSE r_sex END`,
    DATE_OF_BIRTH: stated(
      sql`CASE WHEN failure = 1 THEN strftime(r_birth, '%d-%m-%Y') ELSE strftime(r_birth, '%Y/%m/%d') END`,
    ),
    POSTCODE: stated(ident("r_homeadd")),
    STATUS: sql`CASE WHEN failure = 4 THEN 'ad' ELSE ${status} END`,
    PERSON_MIN_DATE: literal("2023/04/01"),
    PERSON_MAX_DATE: sql`CASE WHEN failure = 5 THEN '2022/03/31' ELSE '2025/03/31' END`,
  };
}

const truthColumns = [
  { name: "study_id", type: "varchar" },
  { name: "person", type: "bigint" },
] as const;

/** `truth/cohort.parquet`: who the participants are; one row per reference of both files. */
export function cohortTruthFile(plan: Plan): Copy {
  return {
    kind: "copy",
    id: "truth of the cohort",
    columns: truthColumns,
    file: "truth/cohort.parquet",
    as: { format: "parquet" },
    query: sql`SELECT study_id, ${cast(ident("person"), "bigint")} AS person FROM (${participants(plan)})`,
  };
}
