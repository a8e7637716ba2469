import { type Diagnostic, diagnostic } from "../../base/diagnostics.ts";
import { cohortLinked } from "../../catalogue/cohort-linked.ts";
import type { Field } from "../../catalogue/dataset.ts";
import { excessesOf } from "../../model/gate-agreement.ts";
import type { KeyPurpose } from "../../model/pseudonym.ts";
import type { Agreement } from "../../spec/agreement.ts";
import type { FileFormat, Operation, Statement } from "../../sql/operation.ts";
import { as, cast, ident, join, literal, type Sql, sql } from "../../sql/sql.ts";
import { columns, statement } from "../../sql/statement.ts";
import type { CompiledStep, InputCheckContext } from "../step-kind.ts";
import { made, read, tokensOf } from "./compile-persons.ts";
import { type FileColumn, personToken } from "./compile-tables.ts";
import { fieldsNamed } from "./condition.ts";
import type { ExtractSpec } from "./extract-spec.ts";
import { unique } from "./resolve.ts";

export const linkedName = "COHORT_LINKED";

/** The name of the person on the other side: a customer's own reference, or the token of a person of another ledger. */
const names = { cohort: "study_id", ledger: "other_person" } as const;

/** A linkage as an extract sees it: on which side its own persons are, and who the others are. */
export interface LinkedSides {
  readonly persons: "left_id" | "right_id";
  readonly others: "left_id" | "right_id";
  readonly otherKind: keyof typeof names;
  /** As the deterministic step names it. */
  readonly otherName: string;
  /** Of two lists, the one whose persons are found: its name. */
  readonly list?: string;
}

/** Which side of a linkage is of the extract's ledger, or of two lists is found; undefined where none is. */
export function sidesOf(
  { linkage, ledger }: ExtractSpec,
  earlier: Readonly<Record<string, CompiledStep>>,
): LinkedSides | undefined {
  const facts = linkage === undefined ? undefined : earlier[linkage.step]?.facts;
  const [left, right] = [String(facts?.["left"] ?? ""), String(facts?.["right"] ?? "")];
  const kindOf = (side: string) => (side.startsWith("cohort ") ? "cohort" : "ledger");
  if (ledger === undefined) {
    if (kindOf(left) !== "cohort" || kindOf(right) !== "cohort") return undefined;
    return { persons: "right_id", others: "left_id", otherKind: "cohort", otherName: left, list: right };
  }
  const own = `ledger ${ledger}`;
  if (right === own)
    return { persons: "right_id", others: "left_id", otherKind: kindOf(left), otherName: left };
  if (left === own)
    return { persons: "left_id", others: "right_id", otherKind: kindOf(right), otherName: right };
  return undefined;
}

/** The persons of a linkage are those of the extract's ledger, or of a list. Errors: spec/wrong-value. */
export function checkLedger(spec: ExtractSpec, { earlier, at }: InputCheckContext): Diagnostic[] {
  if (spec.linkage === undefined) return [];
  const { step, rules } = spec.linkage;
  const isOther = (side: "left" | "right") =>
    earlier[rules ?? ""]?.facts?.[side] !== earlier[step]?.facts?.[side];
  if (rules !== undefined && (isOther("left") || isOther("right"))) {
    const other = `step "${rules}" read other sides than step "${step}" linked`;
    return [diagnostic("spec/wrong-value", at("linkage", "rules"), { detail: other })];
  }
  if (sidesOf(spec, earlier) !== undefined) return [];
  const whom = spec.ledger === undefined ? "two customers' lists" : `persons of ledger "${spec.ledger}"`;
  const detail = `step "${spec.linkage.step}" linked no ${whom}`;
  return [diagnostic("spec/wrong-value", at("linkage", "step"), { detail })];
}

/** Fields of the table of links: those asked for, or all that the agreement covers. */
export function linkedFields({ linkage }: ExtractSpec, agreement: Agreement | undefined): Field[] {
  if (linkage?.fields !== undefined) {
    return unique(linkage.fields.flatMap((pattern) => fieldsNamed(cohortLinked, pattern)));
  }
  const ask = (field: Field) => ({ dataSet: cohortLinked.id, years: [], field, use: "delivered" }) as const;
  return cohortLinked.fields.filter(
    (field) => agreement === undefined || excessesOf(agreement, ask(field)).length === 0,
  );
}

/** Columns of the table of links. What says who the others are is left out where they are of another kind. */
export function linkedColumns(fields: readonly Field[], { otherKind }: LinkedSides): FileColumn[] {
  const unfit = names[otherKind === "cohort" ? "ledger" : "cohort"];
  const its = fields
    .filter(({ name }) => name !== unfit)
    .map((field): FileColumn => {
      const { name, type } = field;
      const kind = field.identifies === "record_key" ? "record-token" : "field";
      return { delivered: { name, type, origin: { kind, field } }, value: shownValue(field) };
    });
  return [{ ...personToken(), value: sql`t.token` }, ...its];
}

/** Who may not be in the data looks like somebody who was not found. */
function shownValue({ name, type }: Field): Sql {
  if (name === names.cohort) return sql`l.other_id`;
  if (name === names.ledger) return sql`o.other_person`;
  const value = cast(ident("l", name), type);
  if (name === "match_step") return sql`CASE WHEN t.token IS NULL THEN 'none' ELSE ${value} END`;
  return sql`CASE WHEN t.token IS NOT NULL THEN ${value} END`;
}

const otherTokens = "other_tokens";

/** The linked persons, before anything is found of them: they alone are in the extract. */
export function linkedPersons({ persons, others, list }: LinkedSides): Statement[] {
  const quality = ["match_step", "rule_set", "match_rank", "match_weight", "match_probability"].map((name) =>
    ident(name),
  );
  return [
    statement(
      "linked_rows",
      [
        ...columns({ person_id: "bigint", other_id: "varchar", match_step: "varchar", rule_set: "varchar" }),
        ...columns({ match_rank: "tinyint", match_weight: "decimal(18,12)", match_probability: "double" }),
        ...columns({ n_candidates: "integer", margin: "decimal(18,12)" }),
      ],
      sql`SELECT ${list === undefined ? cast(ident(persons), "bigint") : ident("p", "person_id")} AS person_id, ${as(ident(others), "other_id")}, ${join(quality)}, n_candidates, margin
FROM ${ident(read.linked)} AS k${
        list === undefined
          ? sql``
          : sql`
LEFT JOIN list_person AS p ON p.reference = ${ident("k", persons)}`
      }`,
    ),
    statement(
      made.linkedPersons,
      columns({ person_id: "bigint" }),
      sql`SELECT DISTINCT l.person_id FROM linked_rows AS l WHERE l.person_id IS NOT NULL`,
    ),
  ];
}

/**
 * The persons of a list who were found, by number, and, where opt-outs are looked up, the NHS numbers that either list
 * has of them, in place of a ledger's profiles.
 */
export function listPersons({ persons, others }: LinkedSides, looksUp: boolean): Statement[] {
  const numbered = statement(
    "list_person",
    columns({ person_id: "bigint", reference: "varchar" }),
    sql`SELECT row_number() OVER (ORDER BY k.reference) AS person_id, k.reference
FROM (SELECT DISTINCT ${as(ident(persons), "reference")} FROM ${ident(read.linked)}) AS k
WHERE k.reference IS NOT NULL`,
  );
  const side = (id: LinkedSides["persons"]) => ident(read.list(id === "left_id" ? "left" : "right"));
  const numbers = statement(
    read.profiles,
    columns({ person_id: "bigint", nhs_number: "varchar" }),
    sql`SELECT p.person_id, n.nhs_number
FROM list_person AS p
JOIN ${side(persons)} AS n ON n.person_id = p.reference
UNION ALL
SELECT p.person_id, n.nhs_number
FROM list_person AS p
JOIN ${ident(read.linked)} AS k ON ${ident("k", persons)} = p.reference
JOIN ${side(others)} AS n ON n.person_id = ${ident("k", others)}`,
  );
  return looksUp ? [numbered, numbers] : [numbered];
}

/** What names a person of a list, of the relation f, for its token. */
export function listPersonName(list: string): Sql {
  return sql`(SELECT ${literal(`${list}:`)} || p.reference FROM list_person AS p WHERE p.person_id = f.person_id)`;
}

/** How many links and persons are delivered. */
export function linkedSummary(): Sql {
  return sql`SELECT ${literal(linkedName)} AS table_name, count(*) AS records, count(DISTINCT t.person_id) AS persons
FROM linked_rows AS l
LEFT JOIN ${ident(made.persons)} AS t ON t.person_id = l.person_id`;
}

/** Tokens of the persons of another ledger, where they are asked for. */
export function otherTokensOf(
  its: readonly FileColumn[],
  { otherName }: LinkedSides,
  purpose: KeyPurpose,
): Operation[] {
  if (!its.some(({ delivered }) => delivered.name === names.ledger)) return [];
  const input = sql`SELECT DISTINCT l.other_id, ${literal(`${otherName}:`)} || l.other_id AS other_person
FROM linked_rows AS l
JOIN ${ident(made.persons)} AS t ON t.person_id = l.person_id`;
  const kept = columns({ other_id: "varchar" });
  return [tokensOf(otherTokens, input, kept, { other_person: names.ledger }, purpose)];
}

/** One file of the table of links, by person token, then by who the other is. */
export function linkedCopy(
  its: readonly FileColumn[],
  { otherKind }: LinkedSides,
  file: { readonly path: string; readonly as: FileFormat },
): Operation {
  const hasOthers = its.some(({ delivered }) => delivered.name === names.ledger);
  const others = hasOthers
    ? sql`
LEFT JOIN ${ident(otherTokens)} AS o ON o.other_id = l.other_id`
    : sql``;
  const persons = sql`${ident(made.persons)} AS t ON t.person_id = l.person_id`;
  return {
    kind: "copy",
    id: `copy_${cohortLinked.id}_${file.as.format}`,
    columns: its.map(({ delivered: { name, type } }) => ({ name, type })),
    file: file.path,
    as: file.as,
    query: sql`SELECT
  ${join(its.map(({ delivered, value }) => as(value, delivered.name)))}
FROM linked_rows AS l
${otherKind === "cohort" ? sql`LEFT JOIN ${persons}` : sql`JOIN ${persons}`}${others}
ORDER BY t.token NULLS LAST, ${hasOthers ? sql`o.other_person` : sql`l.other_id`}`,
  };
}

/** What names a row of the table of links. */
export function linkedKey(its: readonly FileColumn[], personColumn: string): string[] {
  const known = its.map(({ delivered }) => delivered.name);
  const key = Object.values(names).filter((name) => known.includes(name));
  return key.length > 0 ? key : [personColumn];
}
