import { type Diagnostic, diagnostic } from "../../base/diagnostics.ts";
import type { DataSet, Field } from "../../catalogue/dataset.ts";
import type { CheckContext } from "../step-kind.ts";
import { fieldsNamed } from "./condition.ts";
import type { Condition } from "./extract-spec.ts";

type Path = readonly (string | number)[];

/** How a value of each type is written in a condition. A type that is not here takes any text. */
const forms: Readonly<Partial<Record<Field["type"], { readonly form: RegExp; readonly written: string }>>> = {
  integer: { form: /^-?\d{1,9}$/, written: "a whole number" },
  bigint: { form: /^-?\d{1,18}$/, written: "a whole number" },
  double: { form: /^-?\d+(\.\d+)?$/, written: "a number" },
  date: { form: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, written: 'a date such as "2024-05-31"' },
};

/** Values of a condition that their field could never hold, each at its place; else they would fail in the run. */
export function checkValues(
  condition: Condition,
  dataSet: DataSet,
  path: Path,
  context: CheckContext,
): Diagnostic[] {
  if ("all" in condition) return nested(condition.all, dataSet, [...path, "all"], context);
  if ("any" in condition) return nested(condition.any, dataSet, [...path, "any"], context);
  if ("not" in condition) return checkValues(condition.not, dataSet, [...path, "not"], context);
  const fields = fieldsNamed(dataSet, condition.field);
  return valuesOf(condition).flatMap(({ value, at }) => {
    const field = fields.find((candidate) => !canHold(candidate, value));
    if (field === undefined) return [];
    const written = forms[field.type]?.written ?? "text in quotes";
    const detail = `${field.name} is compared with ${written}`;
    return [diagnostic("spec/wrong-value", context.at(...path, ...at), { detail })];
  });
}

function nested(
  conditions: readonly Condition[],
  dataSet: DataSet,
  path: Path,
  context: CheckContext,
): Diagnostic[] {
  return conditions.flatMap((condition, i) => checkValues(condition, dataSet, [...path, i], context));
}

interface PlacedValue {
  readonly value: string | number;
  readonly at: Path;
}

function valuesOf(condition: Extract<Condition, { field: string }>): PlacedValue[] {
  if ("in" in condition) return condition.in.map((value, i) => ({ value, at: ["in", i] }));
  if ("matches" in condition) return [];
  const bounds = [
    { value: condition.from, at: ["from"] },
    { value: condition.to, at: ["to"] },
  ];
  return bounds.flatMap(({ value, at }) => (value === undefined ? [] : [{ value, at }]));
}

/** Text compares with text: an unquoted code would have lost its zeros. */
function canHold(field: Field, value: string | number): boolean {
  const form = forms[field.type]?.form;
  return form === undefined ? typeof value === "string" : form.test(String(value));
}
