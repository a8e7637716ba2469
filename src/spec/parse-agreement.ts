import { type Diagnostic, diagnostic } from "../base/diagnostics.ts";
import { type Agreement, agreementSchema } from "./agreement.ts";
import { isCalendarDate } from "./calendar.ts";
import { type ReadSpec, readSpec } from "./read.ts";
import { valueAt } from "./value-at.ts";
import type { LocatedYaml } from "./yaml.ts";

/**
 * Reads an agreement. That its data sets and fields exist is for those to check who know the catalogue.
 *
 * Errors: as `readSpec`; spec/wrong-value where it ends before it starts; spec/repeated-name where a data set, a field
 * of one data set or a permitted field stands twice.
 */
export function parseAgreement(text: string, file: string): ReadSpec<Agreement> {
  return readSpec(agreementSchema, text, file, (value, yaml) => [
    ...checkTerm(value, yaml),
    ...repeated(value, yaml, ["data"], "data set", "dataset"),
    ...itemsOf(valueAt(value, ["data"])).flatMap((_, index) =>
      repeated(value, yaml, ["data", index, "fields"], "field"),
    ),
    ...repeated(value, yaml, ["permissions", "sensitive"], "field"),
    ...repeated(value, yaml, ["permissions", "restricted"], "field"),
    ...repeated(value, yaml, ["formats"], "format"),
  ]);
}

/** Dates in ISO form sort as text. */
function checkTerm(value: Readonly<Record<string, unknown>>, yaml: LocatedYaml): Diagnostic[] {
  const { start, end } = value;
  if (typeof start !== "string" || typeof end !== "string") return [];
  if (!isCalendarDate(start) || !isCalendarDate(end) || start <= end) return [];
  const detail = `the agreement ends on ${end}, before it starts on ${start}`;
  return [diagnostic("spec/wrong-value", yaml.spanOf(["end"]), { detail })];
}

/** Each text that an earlier item of the list at `path` has too; with `key`, the items are mappings and have it there. */
function repeated(
  value: unknown,
  yaml: LocatedYaml,
  path: readonly (string | number)[],
  what: string,
  key?: string,
): Diagnostic[] {
  const seen = new Set<string>();
  return itemsOf(valueAt(value, path)).flatMap((item, index) => {
    const inner = key === undefined ? [] : [key];
    const text = valueAt(item, inner);
    if (typeof text !== "string" || text.length > 80) return [];
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    return [diagnostic("spec/repeated-name", yaml.spanOf([...path, index, ...inner]), { what, name: text })];
  });
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
