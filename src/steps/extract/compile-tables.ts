import { type Field, isDirect } from "../../catalogue/dataset.ts";
import { hesOnsLinked } from "../../catalogue/hes-ons-linked.ts";
import type { DeliveredColumn } from "../../model/gate.ts";
import type { KeyPurpose } from "../../model/pseudonym.ts";
import type { FileFormat, Operation } from "../../sql/operation.ts";
import { as, cast, ident, join, type Sql, sql } from "../../sql/sql.ts";
import type { Column } from "../../sql/type.ts";
import { keyInContent, made, read, tokensOf } from "./compile-persons.ts";
import { deathColumns } from "./deaths-table.ts";
import { isTokenised, needsIdentity, type ResolvedTable, unique } from "./resolve.ts";

export const personColumn = "TOKEN_PERSON_ID";

/** The column of a record key's token. */
const keyToken = (field: string) => `k_${field}`;

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

export function personToken(): FileColumn {
  const delivered = { name: personColumn, type: "varchar", origin: { kind: "person-token" } } as const;
  return { delivered, value: sql`t.person_token` };
}

function fieldColumn(field: Field, rawKeys: boolean): FileColumn {
  const { name, type } = field;
  if (isTokenised(field, rawKeys)) {
    const origin = { kind: "record-token", field } as const;
    return { delivered: { name, type: "varchar", origin }, value: ident("t", keyToken(name)) };
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

/**
 * The records of a table that are delivered, with the tokens of person and record keys. A key's domain is its name, so
 * the same key in two data sets gets the same token.
 *
 * Out: record_id (key), person_token, a column for each key.
 */
export function compileTokens(table: ResolvedTable, rawKeys: boolean, purpose: KeyPurpose): Operation {
  const records = sql`${ident(table.id)} AS c
JOIN ${ident(made.found(table))} AS f ON f.record_id = c.record_id
JOIN ${ident(made.persons)} AS p ON p.person_id = f.person_id`;
  const key = { table: "c", column: "record_id" } as const;
  return tokensBeside(made.tokens(table.id), key, records, tokenFields(table, rawKeys), purpose);
}

/** Tokens of the persons of the mortality table, and of its record key where it is asked for. Out: person_id (key). */
export function compileDeathTokens(columns: readonly FileColumn[], purpose: KeyPurpose): Operation {
  const fields = columns.flatMap(({ delivered: { name, origin } }) =>
    origin.kind === "record-token" ? [name] : [],
  );
  const deaths = sql`${ident(read.deaths)} AS d
JOIN ${ident(made.persons)} AS p ON p.person_id = d.person_id`;
  const key = { table: "d", column: "person_id" } as const;
  return tokensBeside(made.tokens("deaths"), key, deaths, fields, purpose);
}

/** Tokens of person and record keys beside a key, of rows joined with their persons as `p`. */
function tokensBeside(
  name: string,
  key: { readonly table: string; readonly column: string },
  rows: Sql,
  fields: readonly string[],
  purpose: KeyPurpose,
): Operation {
  const columns = [
    as(ident(key.table, key.column), key.column),
    sql`p.token AS person_token`,
    ...fields.map((field) => as(cast(ident(key.table, field), "varchar"), keyToken(field))),
  ];
  const input = sql`SELECT ${join(columns)}
FROM ${rows}`;
  const kept: Column[] = [
    { name: key.column, type: "bigint" },
    { name: "person_token", type: "varchar" },
  ];
  if (fields.length === 0)
    return { kind: "statement", id: name, output: { name, columns: kept }, query: input };
  const domains = Object.fromEntries(fields.map((field) => [keyToken(field), field]));
  return tokensOf(name, input, kept, domains, purpose);
}

/**
 * One file of a table, in the total order of person token, then record key token, then what is left of the natural key:
 * the order tells nothing of who or when.
 */
export function compileCopy(
  table: ResolvedTable,
  columns: readonly FileColumn[],
  file: { readonly path: string; readonly as: FileFormat },
): Operation {
  const keyed = orderKeys(table);
  const rest = keyInContent(table.dataSet).filter((name) => !keyed.includes(name));
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
    sql`t.person_token`,
    ...keyed.map((field) => sql`${ident("t", keyToken(field))} NULLS LAST`),
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
JOIN ${ident(made.tokens(table.id))} AS t ON t.record_id = c.record_id${{ kind: "list", parts: derived }}${identity}
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
  return {
    kind: "copy",
    id: `copy_${hesOnsLinked.id}_${file.as.format}`,
    columns: columns.map(({ delivered: { name, type } }) => ({ name, type })),
    file: file.path,
    as: file.as,
    query: sql`SELECT
  ${join(columns.map(({ delivered, value }) => as(value, delivered.name)))}
FROM ${ident(read.deaths)} AS d
JOIN ${ident(made.tokens("deaths"))} AS t ON t.person_id = d.person_id
ORDER BY t.person_token`,
  };
}
