import type { DataSet } from "../../catalogue/dataset.ts";
import type { FinancialYear } from "../../model/period.ts";
import { parseYear } from "../../model/period.ts";
import type { Agreement } from "../../spec/agreement.ts";
import type { InputRequest, StepKind } from "../step-kind.ts";
import { checkExtract } from "./check-extract.ts";
import { compileExtract } from "./compile-extract.ts";
import { read } from "./compile-persons.ts";
import { type ExtractSpec, extractSchema } from "./extract-spec.ts";
import { checkLedger } from "./linked-table.ts";
import { needsIdentity, type ResolvedTable, resolveTables } from "./resolve.ts";

/** Record-level extracts under an agreement. */
export const extractKind: StepKind<ExtractSpec> = {
  kind: "extract",
  about: "Record-level tables under an agreement: fields, years, opt-outs, derived fields, pseudonyms",
  schema: extractSchema,
  home: "work",
  inputs: (spec, { agreement, catalogue }) => inputsOf(spec, catalogue, agreement),
  check: checkExtract,
  checkInputs: checkLedger,
  compile: compileExtract,
};

function inputsOf(
  spec: ExtractSpec,
  dataSets: readonly DataSet[],
  agreement: Agreement | undefined,
): Record<string, InputRequest> {
  const { ledger } = spec;
  const inputs: Record<string, InputRequest> = {};
  if (ledger !== undefined) {
    for (const table of resolveTables(spec, dataSets)) addTable(inputs, table, ledger);
  }
  if (agreement?.opt_outs.apply === true) {
    Object.assign(inputs, profilesOf(spec));
    inputs[read.optOuts] = { from: "list", file: agreement.opt_outs.list, column: "nhs_number" };
  }
  if (spec.deaths !== undefined)
    inputs[read.deaths] = { from: "result", step: spec.deaths.step, output: "deaths" };
  if (spec.linkage !== undefined)
    inputs[read.linked] = { from: "result", step: spec.linkage.step, output: "linked" };
  return inputs;
}

/** Where the NHS numbers of persons are: in their ledger, or in both lists. */
function profilesOf({ ledger, linkage }: ExtractSpec): Record<string, InputRequest> {
  if (ledger !== undefined) return { [read.profiles]: { from: "ledger", ledger, output: "profiles" } };
  const step = linkage?.rules;
  if (step === undefined) return {};
  const of = (output: "left" | "right"): InputRequest => ({ from: "result", step, output });
  return { [read.list("left")]: of("left"), [read.list("right")]: of("right") };
}

function addTable(inputs: Record<string, InputRequest>, table: ResolvedTable, ledger: string): void {
  const { dataSet, spec } = table;
  const year = parseYear(table.year) as FinancialYear;
  const which = spec.release === undefined ? { years: [year] } : { release: spec.release };
  inputs[table.id] = { from: "content", dataSet: dataSet.id, ...which };
  if (needsIdentity(table))
    inputs[read.identity(table)] = { from: "identity", dataSet: dataSet.id, ...which };
  const person = dataSet.personThrough?.dataSet ?? dataSet.id;
  const output = read.persons(person);
  inputs[output] = { from: "ledger", ledger, output };
  const needsAll = table.derived.some(({ derivation }) => derivation.fromPerson !== undefined);
  if (needsAll || dataSet.personThrough !== undefined) {
    inputs[read.all(person)] = { from: "content", dataSet: person };
  }
}
