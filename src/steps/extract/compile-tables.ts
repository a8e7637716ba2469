import type { Field } from "../../catalogue/dataset.ts";
import { hesOnsLinked } from "../../catalogue/hes-ons-linked.ts";
import type { DeliveredColumn } from "../../model/gate.ts";
import { isDirect } from "../../model/gate-agreement.ts";
import type { KeyPurpose } from "../../model/pseudonym.ts";
import type { FileFormat, Operation } from "../../sql/operation.ts";
import { as, cast, ident, join, literal, type Sql, sql } from "../../sql/sql.ts";
import { keyInContent, made, read, tokensOf } from "./compile-persons.ts";
import { deathColumns } from "./deaths-table.ts";
import { isTokenised, needsIdentity, type ResolvedTable, unique } from "./resolve.ts";

export const personColumn = "TOKEN_PERSON_ID";

const unionAll = sql`
UNION ALL
`;

const keyTokens = (field: string) => `tokens_${field.toLowerCase()}`;

/** A column of a file: how it is told of, and how it is read. */
export interface FileColumn {
  readonly delivered: DeliveredColumn;
  readonly value: Sql;
}

/** The columns of a table's files, in order. */
export function tableColumns(table: ResolvedTable, rawKeys: boolean): FileColumn[] {
  const columns: FileColumn[] = [personToken()];
  for (const field of table.fields) columns.push(fieldColumn(field, rawKeys));
  for (const { derivation, uses, name } of table.derived) {
    const values = derivation.fromRecord?.(uses.map((field) => ident("c", field.name)));
    for (const [i, { name: column, type, meaning, codes = {} }] of derivation.columns.entries()) {
      const value = values?.[i] ?? ident(`d_${name}`, column);
      const origin = { kind: "derived", meaning, codes, from: uses } as const;
      columns.push({ delivered: { name: column, type, origin }, value: cast(value, type) });
    }
  }
  return columns;
}

function personToken(): FileColumn {
  const delivered = { name: personColumn, type: "varchar", origin: { kind: "person-token" } } as const;
  return { delivered, value: sql`p.token` };
}

function fieldColumn(field: Field, rawKeys: boolean): FileColumn {
  const { name, type } = field;
  if (isTokenised(field, rawKeys)) {
    const origin = { kind: "record-token", field } as const;
    return { delivered: { name, type: "varchar", origin }, value: ident(`k_${name}`, "token") };
  }
  const value = ident(isDirect(field) ? "i" : "c", name);
  return { delivered: { name, type, origin: { kind: "field", field } }, value };
}

/** Fields of a table whose tokens are needed: those delivered, and record keys that order its rows. */
function tokenFields(table: ResolvedTable, rawKeys: boolean): string[] {
  const delivered = table.fields.filter((field) => isTokenised(field, rawKeys)).map((field) => field.name);
  return unique([...delivered, ...orderKeys(table)]);
}

/** Record keys of the natural key, in its order. */
export function orderKeys(table: ResolvedTable): string[] {
  const isKey = (name: string) =>
    table.dataSet.fields.some((field) => field.name === name && field.identifies === "record_key");
  return keyInContent(table.dataSet).filter(isKey);
}

/** Tokens of each record key, made once for all tables: the same key in two data sets gets the same token. */
export function compileKeyTokens(
  tables: readonly ResolvedTable[],
  rawKeys: boolean,
  purpose: KeyPurpose,
  deaths: boolean,
): Operation[] {
  const wanted = tables.map((table) => ({ table, fields: tokenFields(table, rawKeys) }));
  const deathKey = deaths && !rawKeys ? ["record_id"] : [];
  const fields = unique([...wanted.flatMap((w) => w.fields), ...deathKey]);
  return fields.flatMap((field): Operation[] => {
    const sources = wanted
      .filter((w) => w.fields.includes(field))
      .map(({ table }) => keyValues(table, field));
    if (deathKey.includes(field)) sources.push(deathKeyValues);
    const input = sql`SELECT DISTINCT ${as(literal(field), "domain")}, id
FROM (
${join(sources, unionAll)}
) AS v
WHERE id IS NOT NULL`;
    return [tokensOf(keyTokens(field), input, purpose)];
  });
}

function keyValues(table: ResolvedTable, field: string): Sql {
  return sql`SELECT ${as(cast(ident("c", field), "varchar"), "id")}
FROM ${ident(table.id)} AS c
JOIN ${ident(made.found(table))} AS f ON f.record_id = c.record_id
JOIN ${ident(made.persons)} AS p ON p.person_id = f.person_id`;
}

const deathKeyValues = sql`SELECT ${as(cast(sql`d.record_id`, "varchar"), "id")}
FROM ${ident(read.deaths)} AS d
JOIN ${ident(made.persons)} AS p ON p.person_id = d.person_id`;

/**
 * One file of a table, in the total order of person token, then record key token, then what is left of the natural key:
 * the order tells nothing of who or when.
 */
export function compileCopy(
  table: ResolvedTable,
  columns: readonly FileColumn[],
  file: { readonly path: string; readonly as: FileFormat },
  rawKeys: boolean,
): Operation {
  const keyed = orderKeys(table);
  const rest = keyInContent(table.dataSet).filter((name) => !keyed.includes(name));
  const keys = tokenFields(table, rawKeys).map((field) => {
    const alias = ident(`k_${field}`);
    return sql`
LEFT JOIN ${ident(keyTokens(field))} AS ${alias} ON ${alias}.id = ${cast(ident("c", field), "varchar")}`;
  });
  const derived = table.derived
    .filter(({ derivation }) => derivation.fromPerson !== undefined)
    .map(({ name }) => {
      const alias = ident(`d_${name}`);
      return sql`
LEFT JOIN ${ident(derivedName(table, name))} AS ${alias} ON ${alias}.record_id = c.record_id`;
    });
  const identity = needsIdentity(table)
    ? sql`
LEFT JOIN ${ident(read.identity(table))} AS i ON i.record_id = c.record_id`
    : sql``;
  const order = [
    sql`p.token`,
    ...keyed.map((field) => sql`${ident(`k_${field}`, "token")} NULLS LAST`),
    ...rest.map((field) => sql`${ident("c", field)} NULLS LAST`),
    sql`c.record_id`,
  ];
  return {
    kind: "copy",
    id: `copy_${table.id}_${file.as.format}`,
    columns: columns.map(({ delivered: { name, type } }) => ({ name, type })),
    file: file.path,
    as: file.as,
    query: sql`SELECT
  ${join(columns.map(({ delivered, value }) => as(value, delivered.name)))}
FROM ${ident(table.id)} AS c
JOIN ${ident(made.found(table))} AS f ON f.record_id = c.record_id
JOIN ${ident(made.persons)} AS p ON p.person_id = f.person_id${{ kind: "list", parts: [...keys, ...derived] }}${identity}
ORDER BY ${join(order, sql`, `)}`,
  };
}

export function derivedName(table: ResolvedTable, derivation: string): string {
  return `${derivation}_${table.dataSet.id}`;
}

/** Columns of the mortality table. */
export function deathTableColumns(fields: readonly Field[], rawKeys: boolean): FileColumn[] {
  const columns = fields.map((field): FileColumn => {
    const column = fieldColumn(field, rawKeys);
    if (column.delivered.origin.kind === "record-token") return column;
    const value = cast(ident("d", deathColumns[field.name] ?? field.name), field.type);
    return { ...column, value };
  });
  return [personToken(), ...columns];
}

/** One file of the mortality table: a row for each person of the extract who died, by person token. */
export function compileDeathsCopy(
  columns: readonly FileColumn[],
  file: { readonly path: string; readonly as: FileFormat },
): Operation {
  const tokenised = columns.some((column) => column.delivered.origin.kind === "record-token");
  const keys = tokenised
    ? sql`
LEFT JOIN ${ident(keyTokens("record_id"))} AS ${ident("k_record_id")} ON ${ident("k_record_id")}.id = ${cast(sql`d.record_id`, "varchar")}`
    : sql``;
  return {
    kind: "copy",
    id: `copy_${hesOnsLinked.id}_${file.as.format}`,
    columns: columns.map(({ delivered: { name, type } }) => ({ name, type })),
    file: file.path,
    as: file.as,
    query: sql`SELECT
  ${join(columns.map(({ delivered, value }) => as(value, delivered.name)))}
FROM ${ident(read.deaths)} AS d
JOIN ${ident(made.persons)} AS p ON p.person_id = d.person_id${keys}
ORDER BY p.token`,
  };
}
