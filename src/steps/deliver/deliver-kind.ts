import * as z from "zod";
import { type Diagnostic, diagnostic, InvariantError, nearest } from "../../base/diagnostics.ts";
import type { Json } from "../../base/stable-json.ts";
import { name } from "../../spec/values.ts";
import type { BagPlan } from "../bag.ts";
import type { CheckContext, CompiledStep, InputRequest, StepContext, StepKind } from "../step-kind.ts";
import { dictionaryOf } from "./dictionary.ts";

const deliverSchema = z.strictObject({
  extract: name.describe("The extract step of this pipeline whose tables leave."),
  linkage: name.optional().describe("The link or combine step whose report goes with them."),
  readme: z.string().min(1).optional().describe("Your own words at the head of the README."),
});

export type DeliverSpec = z.infer<typeof deliverSchema>;

const relations = { summary: "extract_summary", report: "linkage_report" } as const;

/** Packs what an extract step made into a checked, complete delivery. */
export const deliverKind: StepKind<DeliverSpec> = {
  kind: "deliver",
  about: "A delivery: data, manifest, dictionary, reports and checksums, published whole or not at all",
  schema: deliverSchema,
  home: "deliveries",
  inputs: inputsOf,
  check: checkDeliver,
  compile: compileDeliver,
};

function inputsOf(spec: DeliverSpec): Record<string, InputRequest> {
  const summary: InputRequest = { from: "result", step: spec.extract, output: "summary" };
  if (spec.linkage === undefined) return { [relations.summary]: summary };
  const report: InputRequest = { from: "result", step: spec.linkage, output: "report" };
  return { [relations.summary]: summary, [relations.report]: report };
}

/** Kinds of steps that report on a linkage. */
const reporting: readonly string[] = ["link", "combine"];

function checkDeliver(spec: DeliverSpec, { earlier, agreement, at }: CheckContext): Diagnostic[] {
  const found: Diagnostic[] = [];
  if (earlier[spec.extract] !== "extract") {
    const kind = earlier[spec.extract];
    found.push(diagnostic("delivery/extract-needed", at("extract"), { step: spec.extract, kind }));
  }
  const known = Object.keys(earlier).filter((id) => reporting.includes(earlier[id] ?? ""));
  if (spec.linkage !== undefined && !known.includes(spec.linkage)) {
    const near = nearest(spec.linkage, known);
    const params = { what: "step with a linkage report", name: spec.linkage, near, known };
    found.push(diagnostic("spec/unknown-name", at("linkage"), params));
  }
  if (agreement === undefined) found.push(diagnostic("agreement/none", at(), { step: "deliver" }));
  return found;
}

function compileDeliver(spec: DeliverSpec, context: StepContext): CompiledStep {
  const records = context.earlier[spec.extract]?.leaves;
  if (records === undefined) throw new InvariantError(`step ${spec.extract} cleared nothing to deliver`);
  const { linkage } = spec;
  const bag: BagPlan = {
    product: context.pipeline.name,
    title: context.pipeline.title,
    extract: { step: spec.extract, records, summary: relations.summary },
    dictionary: dictionaryOf(records.tables),
    linkage:
      linkage === undefined
        ? null
        : {
            step: linkage,
            relation: relations.report,
            facts: (context.earlier[linkage]?.facts ?? {}) as Json,
          },
    readme: spec.readme ?? null,
  };
  return { operations: [], outputs: {}, bag };
}
