import { InvariantError } from "../../base/diagnostics.ts";
import {
  type DataSet,
  type Field,
  fieldOf,
  type RowCheck,
  type Shape,
  zoneFields,
} from "../../catalogue/dataset.ts";
import { namesIn, typeCode } from "./typing.ts";

/** A rule that rows may break, and where it is noted. */
export interface Finding {
  readonly code: string;
  readonly field: string;
  readonly severity: RowCheck["severity"];
  readonly test:
    | { readonly kind: "type"; readonly field: Field }
    | { readonly kind: "check"; readonly check: RowCheck }
    | { readonly kind: "year" }
    | { readonly kind: "key" };
}

/** Which zone of the store each column of a shape goes to, and which rules its rows have to keep. */
export interface Layout {
  readonly dataSet: DataSet;
  readonly shape: Shape;
  /** In file order. No direct identifier and no free text is among them. */
  readonly content: readonly Field[];
  /** In file order: natural key, direct identifiers, free text, and every field with a role in matching. */
  readonly identity: readonly Field[];
  /** In both zones, by which the two can be compared. */
  readonly shared: readonly Field[];
  readonly key: readonly Field[];
  readonly year: Field | undefined;
  /** Types in file order, then the catalogue's checks, then the year, then the key. */
  readonly findings: readonly Finding[];
}

/**
 * The layout of one shape of a data set. A check that speaks of a column the shape lacks does not apply to it.
 *
 * Errors: InvariantError where the shape has a column that the data set does not describe, or lacks its natural key.
 */
export function layoutOf(dataSet: DataSet, shape: Shape): Layout {
  const fields = shape.columns.map((name) => required(dataSet, name));
  const content = zoneFields(dataSet, "content", fields);
  const identity = zoneFields(dataSet, "identity", fields);
  const key = dataSet.naturalKey.map((name) => presentIn(shape, required(dataSet, name)));
  const year = fields.find((field) => field.name === dataSet.yearField);
  return {
    dataSet,
    shape,
    content,
    identity,
    shared: identity.filter((field) => content.includes(field)),
    key,
    year,
    findings: findingsOf(dataSet, shape, fields, year),
  };
}

function findingsOf(
  dataSet: DataSet,
  shape: Shape,
  fields: readonly Field[],
  year: Field | undefined,
): Finding[] {
  const types = fields
    .filter((field) => field.type !== "varchar")
    .map(
      (field): Finding => ({
        code: typeCode(field.type),
        field: field.name,
        severity: "reject",
        test: { kind: "type", field },
      }),
    );
  const known = new Set(shape.columns);
  const checks = dataSet.checks
    .filter((check) => [...namesIn(check.holds)].every((name) => known.has(name)))
    .map(
      (check): Finding => ({
        code: check.code,
        field: check.field,
        severity: check.severity,
        test: { kind: "check", check },
      }),
    );
  const ofYear: Finding[] =
    year === undefined
      ? []
      : [{ code: "YEAR-FORM", field: year.name, severity: "reject", test: { kind: "year" } }];
  const ofKey: Finding = {
    code: "KEY-MISSING",
    field: dataSet.naturalKey.join("+"),
    severity: "reject",
    test: { kind: "key" },
  };
  return [...types, ...checks, ...ofYear, ...(dataSet.naturalKey.length > 0 ? [ofKey] : [])];
}

function required(dataSet: DataSet, name: string): Field {
  const field = fieldOf(dataSet, name);
  if (field === undefined) throw new InvariantError(`${dataSet.id} describes no field ${name}`);
  return field;
}

function presentIn(shape: Shape, field: Field): Field {
  if (!shape.columns.includes(field.name)) {
    throw new InvariantError(`shape ${shape.name} lacks ${field.name} of the natural key`);
  }
  return field;
}
