import { onsDeaths } from "../catalogue/ons-deaths.ts";
import type { Copy, Statement } from "../sql/operation.ts";
import { as, ident, join, literal, type Sql, sql } from "../sql/sql.ts";
import { type Day, dateOf, dayOf, monthEnd, ymd } from "./calendar.ts";
import { causes, deathCauses, deathMentions, newbornCauses } from "./codes.ts";
import { codeAt } from "./packed.ts";
import { authorityOf, careTrustOf, countyOf, healthAuthorityOf, lsoaOf, regionOf } from "./places.ts";
import type { Plan } from "./plan.ts";
import { identified, nhsNumberText } from "./quality.ts";
import { textFile } from "./text-file.ts";

const personColumns = [
  ["person", "integer"],
  ["household", "integer"],
  ["birth", "integer"],
  ["death", "integer"],
  ["dies_in_hospital", "boolean"],
  ["sex", "tinyint"],
  ["communal", "integer"],
  ["nhs", "bigint"],
  ["nhs2", "bigint"],
] as const;

/**
 * Registrations of deaths, one row each in order of persons: the deceased, `version` (0; 1 corrects an earlier
 * registration), `record` (distinct), `day` of death, `registered`, `inquest`.
 */
export function registrationTable(plan: Plan): Statement {
  const { draw, last } = plan;
  const person = ident("person");
  const speed = draw.pick(person, 1000, "registration");
  const delay = sql`CASE WHEN inquest THEN 60 + ${draw.pick(person, 400, "inquest days")}
    WHEN ${speed} < 890 THEN 1 + ${draw.pick(person, 9, "prompt days")} ELSE 10 + ${draw.pick(person, 35, "slow days")} END`;
  const columns = join(personColumns.map(([name]) => ident(name)));
  return {
    kind: "statement",
    id: "registrations of deaths",
    output: {
      name: "synth_registration",
      columns: [
        ...personColumns.map(([name, type]) => ({ name, type })),
        { name: "version", type: "integer" },
        { name: "record", type: "bigint" },
        { name: "day", type: "integer" },
        { name: "registered", type: "integer" },
        { name: "inquest", type: "boolean" },
      ],
    },
    query: sql`SELECT *, CAST(person AS BIGINT) * 2 + version AS record, death AS day,
  first_registered + version * (30 + ${draw.pick(person, 150, "correction days")}) AS registered
FROM (
  SELECT ${columns}, inquest, death + ${delay} AS first_registered,
    CAST(unnest(range(CASE WHEN ${draw.chance(person, 0.02, "corrected")} THEN 2 ELSE 1 END)) AS INTEGER) AS version
  FROM (SELECT *, ${draw.chance(person, 0.07, "inquest")} AS inquest FROM synth_person WHERE death IS NOT NULL)
)
WHERE registered <= ${literal(last)}`,
  };
}

/** Key of a death, equal in all its registrations: D and eight digits. */
const deathKey: Sql = sql`('D' || lpad(CAST((CAST(person AS BIGINT) * 5851949) & 33554431 AS VARCHAR), 8, '0'))`;

/** Query of the truth about deaths: `data_set`, `natural_key`, `person`, one row per death. */
export function deathTruth(): Sql {
  return sql`SELECT ${literal(onsDeaths.id)} AS data_set, ${deathKey} AS natural_key, CAST(person AS BIGINT) AS person
FROM synth_registration WHERE version = 0`;
}

/** One file per month of registration, `ONS_DEATHS_202304.txt` and on, key DARS_BIRD_DEATHS_ID; the trailer is not in it. */
export function deathFiles(plan: Plan): Copy[] {
  return plan.years.flatMap((year) =>
    Array.from({ length: 12 }, (_, i) => {
      const [calendarYear, month] = i < 9 ? [year, i + 4] : [year + 1, i - 8];
      return deathFile(plan, calendarYear, month, dayOf(calendarYear, month, 1), monthEnd(year, i + 1));
    }),
  );
}

function deathFile(plan: Plan, year: number, month: number, first: Day, last: Day): Copy {
  const label = `${year}${String(month).padStart(2, "0")}`;
  const rows = sql`SELECT * FROM synth_registration WHERE registered BETWEEN ${literal(first)} AND ${literal(last)}`;
  return textFile({
    id: `ONS deaths ${label}`,
    file: `ONS_DEATHS_${label}.txt`,
    dataSet: onsDeaths,
    shape: "dars-civil-registration",
    known: { ...deathColumns(plan), ...causeColumns() },
    source: certified(plan, identified(plan, "deaths", rows)),
  });
}

/** Most causes on a certificate here; the form has room for fifteen. */
const mostMentions = 5;

/** Adds the causes: `underlying` (NULL for the newborn), `mention_1` … and `external`. */
function certified({ draw }: Plan, source: Sql): Sql {
  // A correction draws anew, so that it changes the cause.
  const record = ident("record");
  const mention = (n: number) =>
    as(
      sql`CASE WHEN newborn THEN CASE WHEN ${literal(n)} = 1 THEN ${codeAt(newbornCauses, draw.pick(record, newbornCauses.count, "newborn cause"))} END
        WHEN ${literal(n)} <= mentions THEN CASE WHEN ${literal(n)} = mentions THEN underlying ELSE trim(${codeAt(deathMentions, sql`(other_cause + ${literal(n * 4)}) % ${literal(deathMentions.count)}`)}) END END`,
      `mention_${n}`,
    );
  return sql`SELECT *, ${join(Array.from({ length: mostMentions }, (_, i) => mention(i + 1)))}
FROM (
  SELECT *, death - birth < 28 AS newborn, inquest AND version = 1 OR ${draw.chance(record, 0.03, "external")} AND NOT newborn AS injured,
    1 + ${draw.pick(record, mostMentions, "mentions")} AS mentions, ${draw.pick(record, deathMentions.count, "mention")} AS other_cause,
    ${draw.uniform(record, "cause of death")} AS cause_draw,
    CASE WHEN injured THEN ${codeAt(causes, draw.pick(record, causes.count, "external cause"))} END AS external,
    CASE WHEN NOT newborn THEN coalesce(external, trim(${codeAt(deathCauses, sql`CAST(floor(cause_draw * cause_draw * ${literal(deathCauses.count)}) AS INTEGER)`)})) END AS underlying
  FROM (${source})
)`;
}

function causeColumns(): Record<string, Sql> {
  const mentions = Array.from({ length: mostMentions }, (_, i): [string, Sql] => [
    `S_COD_CODE_${i + 1}`,
    ident(`mention_${i + 1}`),
  ]);
  return {
    ...Object.fromEntries(mentions),
    S_UNDERLYING_COD_ICD10: ident("underlying"),
    S_INJURY_EXTERNAL: ident("external"),
    NEO_NATE_FLAG: sql`CAST(newborn AS INTEGER)`,
  };
}

function deathColumns(plan: Plan): Record<string, Sql> {
  const { draw } = plan;
  const [area, place, person] = [ident("area"), ident("place"), ident("person")];
  const district = sql`(100 + coalesce(area, 0) * 7)`;
  const elsewhere = sql`coalesce(area, 0)`;
  return {
    DARS_BIRD_DEATHS_ID: deathKey,
    DEC_CONF_NHS_NUMBER: nhsNumberText,
    DEC_NHS_NUMBER: sql`CASE WHEN ${draw.chance(ident("record"), 0.9, "stated number")} THEN ${nhsNumberText} END`,
    DEC_DATE_OF_BIRTH: ymd(ident("r_birth")),
    DEC_SEX: ident("r_sex"),
    DECAD_STAT_POSTCODE: ident("r_homeadd"),
    CANCELLED_FLAG: literal("N"),
    CCGPOD: careTrustOf(elsewhere),
    CCGR: careTrustOf(area),
    COR_AREA_NAME: sql`CASE WHEN inquest THEN 'Coroner area ' || ${countyOf(elsewhere)} END`,
    COR_INQ_DATES: sql`CASE WHEN inquest THEN strftime(${dateOf(sql`registered - 7`)}, '%d/%m/%Y') END`,
    CTYDR: authorityOf(area),
    CTYR: countyOf(area),
    DEC_BIRTH_COUNTRY_CODE: sql`CASE WHEN ${draw.chance(person, 0.88, "born in England")} THEN '921' ELSE '926' END`,
    DEC_OCC_TYPE: literal("1"),
    DEC_RETIRED_IND: sql`CASE WHEN death - birth > 24000 THEN 'Y' ELSE 'N' END`,
    GORR: regionOf(area),
    HAUTPOD: healthAuthorityOf(elsewhere),
    HAUTR: healthAuthorityOf(area),
    LSOAR: lsoaOf(plan, area, place),
    POD_CODE: sql`CASE WHEN dies_in_hospital THEN 'H' ELSE 'E' END`,
    POD_ESTABLISHMENT_TYPE: sql`CASE WHEN dies_in_hospital THEN '03' WHEN communal IS NOT NULL THEN '07' END`,
    POD_NHS_ESTABLISHMENT: sql`CASE WHEN dies_in_hospital THEN '1' WHEN communal IS NOT NULL THEN '2' ELSE '0' END`,
    REG_DATE: ymd(dateOf(ident("registered"))),
    REG_DATE_OF_DEATH: ymd(dateOf(ident("death"))),
    REG_DISTRICT_CODE: district,
    REG_DISTRICT_NAME: sql`'District ' || ${district}`,
    REG_SUB_DISTRICT_CODE: sql`${district} || 'A'`,
    REG_SUB_DISTRICT_NAME: sql`'District ' || ${district} || ' A'`,
  };
}
