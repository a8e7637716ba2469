import { continuousGap, transfer, unfinished } from "../../../model/spells.ts";
import { fn } from "../../../sql/functions.ts";
import type { Statement } from "../../../sql/operation.ts";
import { as, cast, ident, literal, literals, type Sql, sql } from "../../../sql/sql.ts";
import type { Column, SqlType } from "../../../sql/type.ts";
import type { Derivation, PersonSource } from "./derived.ts";

const uses = [
  "EPIKEY",
  "PROCODE3",
  "EPISTART",
  "EPIEND",
  "ADMIDATE",
  "EPIORDER",
  "EPISTAT",
  "DISMETH",
  "DISDEST",
  "ADMISORC",
  "ADMIMETH",
];

/**
 * The spell of an episode, and the continuous spell, as a number within the person, from 1, counting only what is in
 * the delivery. Grouping looks at every current record of the data set, so a spell over New Year or over 31 March is one.
 * Episodes that are unfinished, or lack provider, start, end or admission date, have none.
 * Source: HFAnalyticsLab HES_pipeline (spells.R, derived_variables); `groupSpells` is the plain form.
 */
export const spell = numbered(
  "SPELL_NUMBER",
  "Stay with one provider, numbered within the person",
  "spell_place",
);
export const continuousSpell = numbered(
  "CIPS_NUMBER",
  "Continuous stay over providers joined by transfers, numbered within the person",
  "continuous_place",
);

function numbered(name: string, meaning: string, place: string): Derivation {
  return {
    columns: [{ name, type: "integer", meaning: `${meaning}, in this delivery` }],
    uses: [uses],
    fromPerson: (source) => [
      episodesInOrder(source),
      spellsOfPerson(source),
      {
        kind: "statement",
        id: source.prefix,
        output: { name: source.prefix, columns: columns({ record_id: "bigint", [name]: "integer" }) },
        query: sql`SELECT e.record_id, dense_rank() OVER (PARTITION BY e.person_id ORDER BY ${ident("s", place)}) AS ${ident(name)}
FROM ${episodes(source)} AS e
JOIN ${spells(source)} AS s ON s.person_id = e.person_id AND s.provider = e.provider AND s.spell = e.spell
JOIN ${source.delivered} AS d ON d.record_id = e.record_id`,
      },
    ],
  };
}

const episodes = ({ prefix }: PersonSource) => ident(`${prefix}_episodes`);
const spells = ({ prefix }: PersonSource) => ident(`${prefix}_stays`);

function columns(types: Readonly<Record<string, SqlType>>): Column[] {
  return Object.entries(types).map(([name, type]) => ({ name, type }));
}

const lastDefaultDate = cast(literal("1801-01-01"), "date");
const isOneOf = (field: Sql, codes: readonly string[]) =>
  sql`coalesce(${field} IN ${literals(codes)}, FALSE)`;
const leaves = (t: string) => isOneOf(ident(t, "DISDEST"), transfer.wards);
const arrives = (t: string) =>
  sql`(${isOneOf(ident(t, "ADMISORC"), transfer.wards)} OR ${isOneOf(ident(t, "ADMIMETH"), transfer.methods)})`;
const transit = (arriving: Sql, leaving: Sql) =>
  sql`CASE WHEN ${arriving} THEN CASE WHEN ${leaving} THEN 2 ELSE 3 END WHEN ${leaving} THEN 1 ELSE 0 END`;

/** Valid episodes, each with its spell within person and provider, and its place in their order. */
function episodesInOrder(source: PersonSource): Statement {
  const order = sql`PARTITION BY v.person_id, v.provider ORDER BY v.EPISTART, v.EPIEND, v.place_in_stay NULLS LAST, v.transit, v.EPIKEY, v.record_id`;
  const before = (name: string) => sql`lag(${ident("v", name)}) OVER (${order})`;
  const goesOn = sql`${before("ADMIDATE")} = v.ADMIDATE OR ${before("EPISTART")} = v.EPISTART
      OR (${isOneOf(before("DISMETH"), unfinished)} AND ${before("EPIEND")} = v.EPISTART)`;
  const validity = ["EPISTART", "EPIEND", "ADMIDATE"].map(
    (date) => sql` AND ${ident("c", date)} > ${lastDefaultDate}`,
  );
  const name = `${source.prefix}_episodes`;
  return {
    kind: "statement",
    id: name,
    output: {
      name,
      columns: columns({
        record_id: "bigint",
        person_id: "bigint",
        provider: "varchar",
        EPIKEY: "varchar",
        EPISTART: "date",
        EPIEND: "date",
        DISDEST: "varchar",
        ADMISORC: "varchar",
        ADMIMETH: "varchar",
        place: "bigint",
        spell: "bigint",
      }),
    },
    query: sql`SELECT o.*, sum(o.opens) OVER (PARTITION BY o.person_id, o.provider ORDER BY o.place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS spell
FROM (
  SELECT v.*, row_number() OVER (${order}) AS place,
    CASE WHEN ${goesOn} THEN 0 ELSE 1 END AS opens
  FROM (
    SELECT c.*, c.PROCODE3 AS provider, CASE WHEN c.EPIORDER < 98 THEN c.EPIORDER END AS place_in_stay,
      ${as(transit(arrives("c"), leaves("c")), "transit")}
    FROM ${source.episodes} AS c
    WHERE c.EPISTAT = '3' AND c.PROCODE3 IS NOT NULL AND c.EPIKEY IS NOT NULL${{ kind: "list", parts: validity }}
  ) AS v
) AS o`,
  };
}

/** One row a spell, with its place in the person's order and that of its continuous spell. */
function spellsOfPerson(source: PersonSource): Statement {
  const order = sql`PARTITION BY t.person_id ORDER BY t.starts, t.ends, t.transit, t.first_key`;
  const before = (name: string) => sql`lag(${ident("t", name)}) OVER (${order})`;
  const gap = fn.daysBetween(before("ends"), sql`t.starts`);
  const name = `${source.prefix}_stays`;
  return {
    kind: "statement",
    id: name,
    output: {
      name,
      columns: columns({
        person_id: "bigint",
        provider: "varchar",
        spell: "bigint",
        spell_place: "bigint",
        continuous_place: "bigint",
      }),
    },
    query: sql`SELECT j.person_id, j.provider, j.spell, j.spell_place,
  sum(j.opens) OVER (PARTITION BY j.person_id ORDER BY j.spell_place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS continuous_place
FROM (
  SELECT t.*, row_number() OVER (${order}) AS spell_place,
    CASE WHEN (t.arrives OR coalesce(${before("leaves")}, FALSE)) AND ${gap} <= ${literal(continuousGap)} THEN 0 ELSE 1 END AS opens
  FROM (
    SELECT g.*, ${as(transit(sql`g.arrives`, sql`g.leaves`), "transit")}
    FROM (
      SELECT e.person_id, e.provider, e.spell, min(e.EPISTART) AS starts, max(e.EPIEND) AS ends,
        ${as(fn.argMin(arrives("e"), sql`e.place`), "arrives")},
        ${as(fn.argMax(leaves("e"), sql`e.place`), "leaves")},
        ${as(fn.argMin(sql`e.EPIKEY`, sql`e.place`), "first_key")}
      FROM ${episodes(source)} AS e
      GROUP BY e.person_id, e.provider, e.spell
    ) AS g
  ) AS t
) AS j`,
  };
}
