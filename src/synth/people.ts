import type { Statement } from "../sql/operation.ts";
import { ident, literal, type Sql, sql } from "../sql/sql.ts";
import type { Relation } from "../sql/type.ts";
import { blockDigits, blockHouseholds, blockPersons, patternCount } from "./households.ts";
import { numberAt, numberIndex, secondHolderEvery, secondIndex, sharerEvery } from "./nhs-numbers.ts";
import { codeAt, weighted } from "./packed.ts";
import type { Plan } from "./plan.ts";

/** One row per person in order of `person`, a number from 0. Days count from 1970-01-01. */
const peopleRelation: Relation = {
  name: "synth_person",
  columns: [
    { name: "person", type: "integer" },
    { name: "household", type: "integer" },
    { name: "birth", type: "integer" },
    /** NULL: alive at the end of the years. */
    { name: "death", type: "integer" },
    { name: "dies_in_hospital", type: "boolean" },
    { name: "sex", type: "tinyint" },
    { name: "ethnos", type: "varchar" },
    /** Number of the communal establishment's postcode; NULL: lives with the household. */
    { name: "communal", type: "integer" },
    /** FALSE: never in a hospital's records. */
    { name: "active", type: "boolean" },
    { name: "second_twin", type: "boolean" },
    { name: "nhs", type: "bigint" },
    /** A second NHS number, NULL for nearly all. */
    { name: "nhs2", type: "bigint" },
  ],
};

const ethnicities = weighted({
  A: 48,
  B: 1,
  C: 4,
  D: 1,
  F: 1,
  G: 1,
  H: 3,
  J: 2,
  K: 1,
  L: 1,
  M: 1,
  N: 2,
  S: 1,
  Z: 3,
});

/** Persons of the years: everybody alive on the first day, or born by the last. */
export function peopleTable(plan: Plan): Statement {
  const query = numbered(plan, lived(plan, born(plan, placed(plan))));
  return { kind: "statement", id: "people", output: peopleRelation, query };
}

/** One row per block, as a table, so that more than one thread can make people of it. */
export function blockTable(plan: Plan): Statement {
  return {
    kind: "statement",
    id: "blocks",
    output: { name: "synth_block", columns: [{ name: "block", type: "integer" }] },
    query: sql`SELECT CAST(range AS INTEGER) AS block FROM range(${literal(Math.ceil(plan.people / blockPersons))})`,
  };
}

/** person → household, place in it, its size. */
function placed({ draw, people }: Plan): Sql {
  const digit = (text: string) =>
    sql`CAST(substring(${literal(text)}, pattern * ${literal(blockPersons)} + member + 1, 1) AS INTEGER)`;
  return sql`SELECT
  CAST(block * ${literal(blockPersons)} + member AS INTEGER) AS person,
  CAST(block * ${literal(blockHouseholds)} + ${digit(blockDigits.household)} AS INTEGER) AS household,
  ${digit(blockDigits.place)} AS place,
  ${digit(blockDigits.size)} AS size
FROM (
  SELECT block, ${draw.pick(ident("block"), patternCount, "household sizes")} AS pattern,
    CAST(unnest(range(${literal(blockPersons)})) AS INTEGER) AS member
  FROM synth_block
)
WHERE block * ${literal(blockPersons)} + member < ${literal(people)}`;
}

/** Adds birth, sex, ethnicity. Two adults head a family; the rest are its children, 5 % of the second ones twins. */
function born({ draw, last }: Plan, source: Sql): Sql {
  const household = ident("household");
  const spread = sql`(${draw.uniform(household, "age")} + ${draw.uniform(household, "older")})`;
  const headAge = sql`CASE WHEN size >= 3 THEN 26 + 30 * ${draw.uniform(household, "age")} ELSE 20 + 41 * ${spread} END`;
  return sql`SELECT *,
  ${headAge} AS head_age,
  place = 3 AND ${draw.chance(household, 0.05, "twins")} AS second_twin,
  CASE place
    WHEN 0 THEN head_age
    WHEN 1 THEN greatest(19, head_age + 10 * ${draw.uniform(ident("person"), "partner age")} - 5)
    ELSE ${draw.uniform(sql`(person - CAST(second_twin AS INTEGER))`, "child age")} * least(head_age - 18, 24)
  END AS age,
  CAST(${literal(last)} - floor(age * 365.25) AS INTEGER) AS birth,
  CASE WHEN place = 1 THEN 2 - ${draw.pick(sql`(person - 1)`, 2, "sex")} ELSE 1 + ${draw.pick(ident("person"), 2, "sex")} END AS sex,
  ${codeAt(ethnicities, draw.pick(household, ethnicities.count, "ethnicity"))} AS ethnos
FROM (${source})`;
}

/**
 * Adds death, where it happens, activity and communal life. Hazard by age in years 0.00003·e^(0.095·age)
 * (Gompertz, about England's), and 0.4 % of the newborn die within four weeks; 47 % of deaths are in hospital.
 */
function lived({ draw, first, last, postcodes, careHomes, prisons }: Plan, source: Sql): Sql {
  const person = ident("person");
  const start = sql`greatest(birth, ${literal(first)})`;
  const survival = sql`greatest(${draw.uniform(person, "survival")}, 1e-9)`;
  const years = sql`ln(1 - 0.095 * ln(${survival}) / (0.00003 * exp(0.095 * (${start} - birth) / 365.25))) / 0.095`;
  return sql`SELECT *,
  birth > ${literal(first)} AND ${draw.chance(person, 0.004, "dies newborn")} AS newborn_death,
  CASE WHEN newborn_death THEN birth + ${draw.pick(person, 28, "newborn days")}
    ELSE ${start} + CAST(365.25 * ${years} AS INTEGER) END AS any_death,
  CASE WHEN any_death <= ${literal(last)} THEN any_death END AS death,
  newborn_death OR ${draw.chance(person, 0.93, "active")} AS active,
  death IS NOT NULL AND active AND (newborn_death OR ${draw.chance(person, 0.5, "dies in hospital")}) AS dies_in_hospital,
  CASE
    WHEN age >= 80 AND ${draw.chance(person, 0.14, "care home")}
    THEN ${literal(postcodes)} + ${draw.pick(person, careHomes, "which home")}
    WHEN size = 1 AND sex = 1 AND age < 60 AND ${draw.chance(person, 0.06, "prison")}
    THEN ${literal(postcodes + careHomes)} + ${draw.pick(person, prisons, "which prison")}
  END AS communal
FROM (${source})`;
}

/** Adds NHS numbers: one person in 20,000 carries a neighbour's, one in 2,000 has two. */
function numbered(plan: Plan, source: Sql): Sql {
  const { draw, people } = plan;
  const inBlock = (size: number, purpose: string) =>
    sql`person % ${literal(size)} = ${draw.pick(sql`(person // ${literal(size)})`, size, purpose)}`;
  const other = sql`((person // ${literal(sharerEvery)}) * ${literal(sharerEvery)} + (person + 7001) % ${literal(sharerEvery)})`;
  return sql`SELECT *,
  CASE WHEN ${inBlock(sharerEvery, "sharer")} AND ${other} < ${literal(people)} THEN ${other} ELSE person END AS holder,
  ${numberAt(plan, numberIndex(plan, ident("holder"), sql`(second_twin AND holder = person)`), "nhs")},
  ${numberAt(plan, sql`CASE WHEN ${inBlock(secondHolderEvery, "second number")} THEN ${secondIndex(plan, sql`person // ${literal(secondHolderEvery)}`)} END`, "nhs2")}
FROM (${source})`;
}
