import { type Diagnostic, diagnostic, nearest } from "../../base/diagnostics.ts";
import { cohortLinked } from "../../catalogue/cohort-linked.ts";
import type { DataSet, Field } from "../../catalogue/dataset.ts";
import { hesOnsLinked } from "../../catalogue/hes-ons-linked.ts";
import { coveredYears, type Excess, excessesOf, type FieldAsk, yearsOf } from "../../model/gate-agreement.ts";
import { parseYear } from "../../model/period.ts";
import type { Agreement } from "../../spec/agreement.ts";
import type { CheckContext } from "../step-kind.ts";
import { checkValues } from "./check-condition.ts";
import { fieldsNamed, namedFields } from "./condition.ts";
import { deathColumns, deathFields } from "./deaths-table.ts";
import { derivations } from "./derived/derivations.ts";
import type { ExtractSpec, TableSpec } from "./extract-spec.ts";
import { linkedFields } from "./linked-table.ts";
import { fieldsUsed } from "./resolve.ts";

type Path = readonly (string | number)[];

/** A field that a specification uses, and where it says so. */
interface PlacedField {
  readonly field: Field;
  readonly use: FieldAsk["use"];
  readonly path: Path;
}

/**
 * Every name that does not exist and every ask beyond the agreement, each at its place. No data is read.
 *
 * Errors: spec/unknown-name, spec/repeated-name, spec/wrong-value, agreement/*.
 */
export function checkExtract(spec: ExtractSpec, context: CheckContext): Diagnostic[] {
  const { agreement } = context;
  const found = spec.tables.flatMap((table, i) => checkTable(table, ["tables", i], context));
  found.push(
    ...checkWhole(spec, context),
    ...checkRepeats(spec, context),
    ...checkDeaths(spec, context),
    ...checkLinkage(spec, context),
  );
  if (agreement === undefined) {
    return [...found, diagnostic("agreement/none", context.at(), { step: "extract" })];
  }
  for (const [i, format] of spec.formats.entries()) {
    if (agreement.formats.includes(format)) continue;
    const allowed = agreement.formats;
    found.push(
      diagnostic("agreement/format", context.at("formats", i), { ...names(agreement), format, allowed }),
    );
  }
  return found;
}

/** Tables are of a ledger's persons. Without tables, links are delivered; of two lists, with their rules. */
function checkWhole({ ledger, tables, deaths, linkage }: ExtractSpec, context: CheckContext): Diagnostic[] {
  const { agreement, at } = context;
  const missing = (key: string, ...path: Path) => [diagnostic("spec/missing-key", at(...path, key), { key })];
  if (tables.length === 0 && linkage === undefined) return missing("tables");
  if (ledger !== undefined) return [];
  if (tables.length > 0 || deaths !== undefined) return missing("ledger");
  const rules = linkage?.rules;
  if (rules === undefined) return agreement?.opt_outs.apply === true ? missing("rules", "linkage") : [];
  const steps = Object.keys(context.earlier).filter((id) => context.earlier[id] === "deterministic");
  if (steps.includes(rules)) return [];
  return [unknown("deterministic step", rules, steps, ["linkage", "rules"], context)];
}

function checkTable(table: TableSpec, path: Path, context: CheckContext): Diagnostic[] {
  const dataSet = context.catalogue.find((d) => d.id === table.dataset);
  if (dataSet === undefined) {
    return [
      unknown(
        "data set",
        table.dataset,
        context.catalogue.map((d) => d.id),
        [...path, "dataset"],
        context,
      ),
    ];
  }
  const years = yearsOf(table.years);
  const bad = years.filter((year) => parseYear(year) === undefined);
  if (bad.length > 0 || years.length === 0) {
    const detail = "a financial year is two years that follow each other, the earlier first";
    return [diagnostic("spec/wrong-value", context.at(...path, "years"), { detail })];
  }
  const { placed, diagnostics } = placeFields(table, dataSet, path, context);
  if (context.agreement === undefined) return diagnostics;
  return [...diagnostics, ...checkGrant(context.agreement, dataSet, years, placed, path, context)];
}

function placeFields(
  table: TableSpec,
  dataSet: DataSet,
  path: Path,
  context: CheckContext,
): { placed: PlacedField[]; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const known = dataSet.fields.map((field) => field.name);
  const place = (pattern: string, at: Path, use: FieldAsk["use"]): PlacedField[] => {
    const fields = fieldsNamed(dataSet, pattern);
    if (fields.length === 0) diagnostics.push(unknown(`field of ${dataSet.id}`, pattern, known, at, context));
    return fields.map((field) => ({ field, use, path: at }));
  };
  const placed = table.fields.flatMap((pattern, i) => place(pattern, [...path, "fields", i], "delivered"));
  if (table.where !== undefined) {
    const used = namedFields(table.where, [...path, "where"]);
    placed.push(...used.flatMap((named) => place(named.pattern, named.path, "used to select")));
    diagnostics.push(...checkValues(table.where, dataSet, [...path, "where"], context));
  }
  for (const [i, name] of table.derive.entries()) {
    const at = [...path, "derive", i];
    const derivation = derivations[name];
    const uses = derivation && fieldsUsed(derivation, dataSet);
    if (uses === undefined) {
      const detail = `"${name}" cannot be derived, as ${dataSet.id} lacks the fields it needs`;
      diagnostics.push(diagnostic("spec/wrong-value", context.at(...at), { detail }));
    }
    placed.push(...(uses ?? []).map((field) => ({ field, use: "used to derive" as const, path: at })));
  }
  return { placed, diagnostics };
}

function checkGrant(
  agreement: Agreement,
  dataSet: DataSet,
  years: readonly string[],
  placed: readonly PlacedField[],
  path: Path,
  context: CheckContext,
): Diagnostic[] {
  const granted = agreement.data.map((grant) => grant.dataset);
  if (!granted.includes(dataSet.id)) {
    const near = nearest(dataSet.id, granted);
    const at = context.at(
      ...(dataSet === hesOnsLinked || dataSet === cohortLinked ? path : [...path, "dataset"]),
    );
    return [diagnostic("agreement/data-set", at, { ...names(agreement), dataSet: dataSet.id, near })];
  }
  const covered = coveredYears(agreement, dataSet.id, years);
  const beyond = years.filter((year) => !covered.includes(year));
  const found = beyond.map((year) =>
    diagnostic("agreement/year", context.at(...path, "years"), {
      ...names(agreement),
      dataSet: dataSet.id,
      year,
    }),
  );
  for (const { field, use, path: at } of placed) {
    const ask: FieldAsk = { dataSet: dataSet.id, years, field, use };
    for (const excess of excessesOf(agreement, ask)) {
      if (excess.why !== "field" || excess.years.length > 0 || beyond.length === 0) {
        found.push(tell(agreement, ask, excess, at, context));
      }
    }
  }
  return found;
}

function tell(
  agreement: Agreement,
  ask: FieldAsk,
  excess: Excess,
  path: Path,
  context: CheckContext,
): Diagnostic {
  const at = context.at(...path);
  const named = { ...names(agreement), dataSet: ask.dataSet, field: ask.field.name };
  if (excess.why === "field") {
    return diagnostic("agreement/field", at, { ...named, years: excess.years, use: ask.use });
  }
  return diagnostic(excessCodes[excess.why], at, named);
}

const excessCodes = {
  "data-set": "agreement/data-set",
  sensitive: "agreement/sensitive",
  restricted: "agreement/restricted",
  direct: "agreement/direct",
} as const;

function checkRepeats(spec: ExtractSpec, context: CheckContext): Diagnostic[] {
  const seen = new Set<string>();
  return spec.tables.flatMap((table, i) =>
    yearsOf(table.years).flatMap((year) => {
      const name = `${table.dataset} ${year}`;
      if (!seen.has(name)) {
        seen.add(name);
        return [];
      }
      return [diagnostic("spec/repeated-name", context.at("tables", i), { what: "table", name })];
    }),
  );
}

function checkDeaths(spec: ExtractSpec, context: CheckContext): Diagnostic[] {
  const { deaths } = spec;
  if (deaths === undefined) return [];
  const known = Object.keys(context.earlier).filter((id) => context.earlier[id] === "link");
  const found: Diagnostic[] = [];
  if (!known.includes(deaths.step))
    found.push(unknown("link step", deaths.step, known, ["deaths", "step"], context));
  for (const [i, pattern] of (deaths.fields ?? []).entries()) {
    const fields = fieldsNamed(hesOnsLinked, pattern).filter(
      (field) => deathColumns[field.name] !== undefined,
    );
    const at = ["deaths", "fields", i];
    if (fields.length === 0) {
      found.push(unknown(`field of ${hesOnsLinked.id}`, pattern, Object.keys(deathColumns), at, context));
    }
  }
  const { agreement } = context;
  if (agreement === undefined) return found;
  const placed = deathFields(spec, agreement).map((field) => ({
    field,
    use: "delivered" as const,
    path: deaths.fields === undefined ? ["deaths"] : ["deaths", "fields"],
  }));
  return [...found, ...checkGrant(agreement, hesOnsLinked, [], placed, ["deaths"], context)];
}

function checkLinkage(spec: ExtractSpec, context: CheckContext): Diagnostic[] {
  const { linkage } = spec;
  if (linkage === undefined) return [];
  const steps = Object.keys(context.earlier).filter((id) => context.earlier[id] === "combine");
  const found: Diagnostic[] = steps.includes(linkage.step)
    ? []
    : [unknown("combine step", linkage.step, steps, ["linkage", "step"], context)];
  const known = cohortLinked.fields.map((field) => field.name);
  for (const [i, pattern] of (linkage.fields ?? []).entries()) {
    if (fieldsNamed(cohortLinked, pattern).length > 0) continue;
    found.push(unknown(`field of ${cohortLinked.id}`, pattern, known, ["linkage", "fields", i], context));
  }
  const { agreement } = context;
  if (agreement === undefined) return found;
  const path = linkage.fields === undefined ? ["linkage"] : ["linkage", "fields"];
  const placed = linkedFields(spec, agreement).map((field) => ({ field, use: "delivered" as const, path }));
  return [...found, ...checkGrant(agreement, cohortLinked, [], placed, ["linkage"], context)];
}

function unknown(
  what: string,
  name: string,
  known: readonly string[],
  path: Path,
  context: CheckContext,
): Diagnostic {
  const near = nearest(name.replace("*", ""), known);
  return diagnostic("spec/unknown-name", context.at(...path), { what, name, near, known });
}

function names(agreement: Agreement): { agreement: string } {
  return { agreement: agreement.agreement };
}
