import { type DataSet, isDirect } from "../../catalogue/dataset.ts";
import { type KeyPurpose, oneTimeDomain, personDomain, pseudonymFunction } from "../../model/pseudonym.ts";
import type { Agreement } from "../../spec/agreement.ts";
import type { HostCall, Measure, Operation, Statement } from "../../sql/operation.ts";
import { and, as, cast, ident, join, literal, nullOf, type Sql, sql } from "../../sql/sql.ts";
import type { Column } from "../../sql/type.ts";
import { compileCondition } from "./condition.ts";
import type { ResolvedTable } from "./resolve.ts";

const unionAll = sql`
UNION ALL
`;
const plus = sql` || `;

/** Names of relations that the operations make. */
export const made = {
  found: (table: ResolvedTable) => `found_${table.id}`,
  tokens: (table: string) => `tokens_${table}`,
  through: (dataSet: DataSet) => `through_${dataSet.id}`,
  personIds: "person_ids",
  personTokens: "person_tokens",
  persons: "persons_out",
  linkedPersons: "linked_persons",
};

/** Names of inputs. */
export const read = {
  persons: (dataSet: string) => `persons_${dataSet}`,
  all: (dataSet: string) => `${dataSet}_all`,
  identity: (table: ResolvedTable) => `${table.id}_identity`,
  profiles: "profiles",
  optOuts: "opt_outs",
  deaths: "deaths",
  linked: "linked",
  list: (side: "left" | "right") => `${side}_list`,
};

/**
 * The records that a table asks for, with their persons, before opt-outs.
 *
 * Out: record_id (key), person_id, one_time_id. A record without a person is not delivered, nor, where persons were
 * linked, one of another person.
 * Of a data set whose releases add to each other, the last record of each natural key alone.
 */
export function compileFound(table: ResolvedTable, isLinked: boolean): Statement {
  const { dataSet, spec } = table;
  const conditions = [
    ...(spec.where === undefined ? [] : [compileCondition(spec.where, dataSet, "c")]),
    ...(isLinked
      ? [sql`EXISTS (SELECT 1 FROM ${ident(made.linkedPersons)} AS l WHERE l.person_id = p.person_id)`]
      : []),
  ];
  const query = sql`SELECT c.record_id, p.person_id, ${as(oneTimeId(dataSet), "one_time_id")}
FROM ${latest(table)} AS c
JOIN ${personsOf(dataSet)}
WHERE ${and(conditions)}`;
  return {
    kind: "statement",
    id: made.found(table),
    output: {
      name: made.found(table),
      columns: [
        { name: "record_id", type: "bigint" },
        { name: "person_id", type: "bigint" },
        { name: "one_time_id", type: "varchar" },
      ],
    },
    query,
  };
}

function personsOf(dataSet: DataSet): Sql {
  const { personThrough } = dataSet;
  if (personThrough === undefined) {
    return sql`${ident(read.persons(dataSet.id))} AS p ON p.record_id = c.record_id`;
  }
  const { field } = personThrough;
  return sql`${ident(made.through(dataSet))} AS p ON p.${ident(field)} = c.${ident(field)}`;
}

/** The table's records; of repeated natural keys the last, where releases add to each other. */
function latest(table: ResolvedTable): Sql {
  const { dataSet, id } = table;
  if (dataSet.supply !== "upsert" && dataSet.supply !== "increment") return ident(id);
  const key = join(keyInContent(dataSet).map((name) => ident(name)));
  return sql`(SELECT * FROM (
  SELECT *, row_number() OVER (PARTITION BY ${key} ORDER BY record_id DESC) AS recency FROM ${ident(id)}
) AS every_record WHERE recency = 1)`;
}

/** A person of the other data set for each value of the shared key; a key that two persons share has none. */
export function compileThrough(dataSet: DataSet): Statement[] {
  const { personThrough } = dataSet;
  if (personThrough === undefined) return [];
  const key = ident(personThrough.field);
  const other = personThrough.dataSet;
  return [
    {
      kind: "statement",
      id: made.through(dataSet),
      output: {
        name: made.through(dataSet),
        columns: [
          { name: personThrough.field, type: "varchar" },
          { name: "person_id", type: "bigint" },
          { name: "id_type", type: "varchar" },
        ],
      },
      query: sql`SELECT o.${key}, min(p.person_id) AS person_id, min(p.id_type) AS id_type
FROM ${ident(read.all(other))} AS o
JOIN ${ident(read.persons(other))} AS p ON p.record_id = o.record_id
WHERE o.${key} IS NOT NULL
GROUP BY o.${key}
HAVING count(DISTINCT p.person_id) = 1`,
    },
  ];
}

/** Natural key fields that content holds. */
export function keyInContent(dataSet: DataSet): string[] {
  return dataSet.naturalKey.filter((name) => {
    const field = dataSet.fields.find((f) => f.name === name);
    return field !== undefined && !isDirect(field);
  });
}

/** For a person without identifiers: data set and natural key, each part after its length in characters and a colon. */
function oneTimeId(dataSet: DataSet): Sql {
  const parts = keyInContent(dataSet).map((name) =>
    measured(sql`coalesce(${cast(ident("c", name), "varchar")}, '')`),
  );
  const id = join([literal(`${dataSet.id.length}:${dataSet.id}`), ...parts], plus);
  return sql`CASE WHEN p.id_type = ${literal(oneTimeDomain)} THEN ${id} END`;
}

function measured(text: Sql): Sql {
  return sql`${cast(sql`length(${text})`, "varchar")} || ':' || ${text}`;
}

/**
 * The persons of the extract who may be in it, as an allow-list, with what their tokens are made of: one id of two.
 *
 * Out: person_id (key), person, one_time: `name` is what names a person of the relation f. With opt-outs, whoever has a profile with an opted-out NHS number is left out; who
 * has no NHS number at all cannot be tested, and is kept or dropped as the agreement says.
 */
export function compilePersonIds(
  tables: readonly ResolvedTable[],
  isLinked: boolean,
  agreement: Agreement,
  name: Sql = cast(sql`f.person_id`, "varchar"),
): Statement {
  const found = tables.map((table) => sql`SELECT person_id, one_time_id FROM ${ident(made.found(table))}`);
  if (isLinked) {
    found.push(
      sql`SELECT person_id, ${as(nullOf("varchar"), "one_time_id")} FROM ${ident(made.linkedPersons)}`,
    );
  }
  const optOuts = agreement.opt_outs;
  const tested = sql`LEFT JOIN (
  SELECT r.person_id, count(r.nhs_number) AS numbers, count(o.nhs_number) AS opted_out
  FROM ${ident(read.profiles)} AS r
  LEFT JOIN (SELECT DISTINCT nhs_number FROM ${ident(read.optOuts)}) AS o ON o.nhs_number = r.nhs_number
  GROUP BY r.person_id
) AS t ON t.person_id = f.person_id`;
  const allowed = optOuts.apply
    ? sql`coalesce(t.opted_out, 0) = 0${optOuts.untestable === "drop" ? sql` AND coalesce(t.numbers, 0) > 0` : sql``}`
    : literal(true);
  return {
    kind: "statement",
    id: made.personIds,
    output: {
      name: made.personIds,
      columns: [
        { name: "person_id", type: "bigint" },
        { name: "person", type: "varchar" },
        { name: "one_time", type: "varchar" },
      ],
    },
    query: sql`SELECT
  f.person_id,
  CASE WHEN f.one_time_id IS NULL THEN ${name} END AS person,
  f.one_time_id AS one_time
FROM (
  SELECT person_id, min(one_time_id) AS one_time_id
  FROM (
${join(found, unionAll)}
  ) AS every_table
  GROUP BY person_id
) AS f
${optOuts.apply ? tested : sql``}
WHERE ${allowed}`,
  };
}

/** Tokens of persons. Out: person_id (key), token. */
export function compilePersonTokens(purpose: KeyPurpose): Operation[] {
  const tokens = tokensOf(
    made.personTokens,
    sql`SELECT person_id, person, one_time FROM ${ident(made.personIds)}`,
    [{ name: "person_id", type: "bigint" }],
    { person: personDomain, one_time: oneTimeDomain },
    purpose,
  );
  const persons: Statement = {
    kind: "statement",
    id: made.persons,
    output: {
      name: made.persons,
      columns: [
        { name: "person_id", type: "bigint" },
        { name: "token", type: "varchar" },
      ],
    },
    query: sql`SELECT t.person_id, coalesce(t.person, t.one_time) AS token FROM ${ident(made.personTokens)} AS t`,
  };
  return [tokens, persons];
}

/** Tokens of a query's id columns, each under its domain, beside the columns that stay as they are. */
export function tokensOf(
  name: string,
  input: Sql,
  kept: readonly Column[],
  domains: Readonly<Record<string, string>>,
  { agreement, scope, epoch }: KeyPurpose,
): HostCall {
  const tokens = Object.keys(domains).map((column): Column => ({ name: column, type: "varchar" }));
  return {
    kind: "host",
    id: name,
    fn: pseudonymFunction,
    input,
    params: { agreement, scope, epoch, domains },
    output: { name, columns: [...kept, ...tokens] },
  };
}

/** What opt-outs did, in persons. The counts stay inside until they pass `disclose`. */
export function measurePersons(tables: readonly ResolvedTable[], isLinked: boolean): Measure {
  const found = tables.map((table) => sql`SELECT person_id FROM ${ident(made.found(table))}`);
  if (isLinked) found.push(sql`SELECT person_id FROM ${ident(made.linkedPersons)}`);
  return {
    kind: "measure",
    id: "persons",
    query: sql`SELECT
  (SELECT count(DISTINCT person_id) FROM (${join(found, unionAll)}) AS f) AS persons_found,
  (SELECT count(*) FROM ${ident(made.personIds)}) AS persons_delivered`,
  };
}
