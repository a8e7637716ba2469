import { InvariantError } from "../../base/diagnostics.ts";
import { cohortLinked } from "../../catalogue/cohort-linked.ts";
import { hesOnsLinked } from "../../catalogue/hes-ons-linked.ts";
import { authorise, type DeliveredTable, type ReleaseNote } from "../../model/gate.ts";
import type { KeyPurpose } from "../../model/pseudonym.ts";
import type { Agreement } from "../../spec/agreement.ts";
import type { Operation } from "../../sql/operation.ts";
import { ident, join, literal, sql } from "../../sql/sql.ts";
import type { Column } from "../../sql/type.ts";
import type { CompiledStep, StepContext, StepOutput } from "../step-kind.ts";
import {
  compileFound,
  compilePersonIds,
  compilePersonTokens,
  compileThrough,
  made,
  measurePersons,
  read,
} from "./compile-persons.ts";
import {
  compileCopy,
  compileDeathsCopy,
  compileDeathTokens,
  compileTokens,
  deathTableColumns,
  derivedName,
  type FileColumn,
  orderKeys,
  personColumn,
  tableColumns,
} from "./compile-tables.ts";
import { deathFields, deathsName } from "./deaths-table.ts";
import type { ExtractSpec } from "./extract-spec.ts";
import {
  linkedColumns,
  linkedCopy,
  linkedFields,
  linkedKey,
  linkedName,
  linkedPersons,
  linkedSummary,
  listPersonName,
  listPersons,
  otherTokensOf,
  sidesOf,
} from "./linked-table.ts";
import { filesOf, type ResolvedTable, resolveTables, unique } from "./resolve.ts";

const unionAll = sql`
UNION ALL
`;

const summaryColumns: readonly Column[] = [
  { name: "table_name", type: "varchar" },
  { name: "records", type: "bigint" },
  { name: "persons", type: "bigint" },
];

/**
 * An extract: the records asked for, of persons who may be in it, under the recipient's own tokens.
 *
 * Out: one file for each table, year and format; `summary`, which counts records and persons by table and stays inside.
 */
export function compileExtract(spec: ExtractSpec, context: StepContext): CompiledStep {
  const { agreement } = context;
  if (agreement === undefined) throw new InvariantError("an extract passed the check without an agreement");
  const rawKeys = agreement.permissions.raw_record_keys;
  const purpose = purposeOf(agreement, context);
  const tables = resolveTables(spec, context.catalogue);
  const deaths =
    spec.deaths === undefined ? undefined : deathTableColumns(deathFields(spec, agreement), rawKeys);
  const linkage = compileLinkage(spec, agreement, purpose, context);
  const isLinked = linkage !== undefined;
  const columns = new Map(tables.map((table) => [table, tableColumns(table, rawKeys)] as const));

  const operations: Operation[] = [
    ...unique(tables.map((table) => table.dataSet)).flatMap(compileThrough),
    ...(linkage?.persons ?? []),
    ...tables.map((table) => compileFound(table, isLinked)),
    compilePersonIds(tables, isLinked, agreement, linkage?.name),
    measurePersons(tables, isLinked),
    ...compilePersonTokens(purpose),
    ...tables.map((table) => compileTokens(table, rawKeys, purpose)),
    ...(deaths === undefined ? [] : [compileDeathTokens(deaths, purpose)]),
    ...compileDerived(tables),
  ];
  for (const [table, its] of columns) {
    operations.push(...filesOf(table.name, spec).map((file) => compileCopy(table, its, file)));
  }
  if (deaths !== undefined) {
    operations.push(...filesOf(deathsName, spec).map((file) => compileDeathsCopy(deaths, file)));
  }
  operations.push(...(linkage?.files ?? []));
  operations.push(compileSummary(tables, deaths !== undefined));

  const delivered = [...columns].map(([table, its]) => describeTable(table, its, spec, context));
  if (deaths !== undefined) delivered.push(describeDeaths(deaths, spec));
  if (linkage !== undefined) delivered.push(linkage.table);
  const optOutsApplied = agreement.opt_outs.apply ? agreement.opt_outs.dated : null;
  return {
    operations,
    outputs: { ...outputsOf(delivered), summary: { columns: summaryColumns, files: ["summary.parquet"] } },
    leaves: authorise(agreement, { tables: delivered, optOutsApplied }),
    facts: { pseudonyms: { ...purpose }, tables: delivered.map((table) => table.name) },
  };
}

/** The persons of a linkage, the files of its links, and what is delivered of them; undefined where there is none. */
function compileLinkage(spec: ExtractSpec, agreement: Agreement, purpose: KeyPurpose, context: StepContext) {
  if (spec.linkage === undefined) return undefined;
  const sides = sidesOf(spec, context.earlier);
  if (sides === undefined) throw new InvariantError("a linkage has no persons of the extract's ledger");
  const columns = linkedColumns(linkedFields(spec, agreement), sides);
  const files = filesOf(linkedName, spec);
  const table: DeliveredTable = {
    name: linkedName,
    dataSet: cohortLinked.id,
    year: null,
    columns: columns.map((column) => column.delivered),
    key: linkedKey(columns, personColumn),
    files,
    releases: [],
  };
  const { list } = sides;
  const listed = list === undefined ? [] : listPersons(sides, agreement.opt_outs.apply);
  return {
    persons: [...listed, ...linkedPersons(sides)],
    name: list === undefined ? undefined : listPersonName(list),
    files: [
      ...otherTokensOf(columns, sides, purpose),
      ...files.map((file) => linkedCopy(columns, sides, file)),
    ],
    table,
  };
}

/** What the agreement's key is derived from. Tokens that change with each release are those of its period, or its date. */
function purposeOf(agreement: Agreement, { pipeline, period, asAt }: StepContext): KeyPurpose {
  const { scope, epoch } = agreement.pseudonyms;
  const release = `release:${pipeline.name}:${period ?? asAt}`;
  return { agreement: agreement.agreement, scope: scope === "release" ? release : scope, epoch };
}

/** Derivations that look at more than one record, once for a data set. They see every current record of it. */
function compileDerived(tables: readonly ResolvedTable[]): Operation[] {
  const done = new Set<string>();
  return tables.flatMap((table) =>
    table.derived.flatMap(({ derivation, uses, name }) => {
      const prefix = derivedName(table, name);
      if (derivation.fromPerson === undefined || done.has(prefix)) return [];
      done.add(prefix);
      const { id } = table.dataSet;
      const episodes = sql`(SELECT a.record_id, q.person_id, ${join(uses.map((f) => ident("a", f.name)))}
FROM ${ident(read.all(id))} AS a
JOIN ${ident(read.persons(id))} AS q ON q.record_id = a.record_id
JOIN ${ident(made.persons)} AS p ON p.person_id = q.person_id)`;
      const found = tables
        .filter((other) => other.dataSet === table.dataSet)
        .map((other) => sql`SELECT record_id FROM ${ident(made.found(other))}`);
      return derivation.fromPerson({ episodes, delivered: sql`(${join(found, unionAll)})`, prefix });
    }),
  );
}

function compileSummary(tables: readonly ResolvedTable[], deaths: boolean): Operation {
  const counts = tables.map(
    (
      table,
    ) => sql`SELECT ${literal(table.name)} AS table_name, count(*) AS records, count(DISTINCT f.person_id) AS persons
FROM ${ident(made.found(table))} AS f
JOIN ${ident(made.persons)} AS p ON p.person_id = f.person_id`,
  );
  if (deaths) {
    counts.push(sql`SELECT ${literal(deathsName)} AS table_name, count(*) AS records, count(DISTINCT d.person_id) AS persons
FROM ${ident(read.deaths)} AS d
JOIN ${ident(made.persons)} AS p ON p.person_id = d.person_id`);
  }
  if (tables.length === 0) counts.push(linkedSummary());
  return {
    kind: "copy",
    id: "summary",
    query: sql`SELECT table_name, records, persons FROM (
${join(counts, unionAll)}
) AS s ORDER BY table_name`,
    columns: summaryColumns,
    file: "summary.parquet",
    as: { format: "parquet" },
  };
}

function outputsOf(delivered: readonly DeliveredTable[]): Record<string, StepOutput> {
  return Object.fromEntries(
    delivered.map((table) => [
      table.name,
      {
        columns: table.columns.map(({ name, type }) => ({ name, type })),
        files: table.files.map((file) => file.path),
      },
    ]),
  );
}

function describeTable(
  table: ResolvedTable,
  columns: readonly FileColumn[],
  spec: ExtractSpec,
  context: StepContext,
): DeliveredTable {
  const named = columns.map((column) => column.delivered);
  const keys = orderKeys(table).filter((key) => named.some((column) => column.name === key));
  return {
    name: table.name,
    dataSet: table.dataSet.id,
    year: table.year,
    columns: named,
    key: keys.length === 0 ? [] : keys,
    files: filesOf(table.name, spec),
    releases: (context.inputs[table.id]?.releases ?? []).map(
      (release): ReleaseNote => ({
        dataSet: release.dataSet,
        number: release.number,
        from: release.period.from,
        to: release.period.to,
        status: release.period.status,
      }),
    ),
  };
}

function describeDeaths(columns: readonly FileColumn[], spec: ExtractSpec): DeliveredTable {
  return {
    name: deathsName,
    dataSet: hesOnsLinked.id,
    year: null,
    columns: columns.map((column) => column.delivered),
    key: [personColumn],
    files: filesOf(deathsName, spec),
    releases: [],
  };
}
