import * as z from "zod";
import { type Diagnostic, diagnostic } from "../../base/diagnostics.ts";
import { modelFormat, modelVersion, type TrainedModel } from "../../model/linkage/train/trained-model.ts";
import { parseJson } from "../../spec/json-text.ts";
import { readSpec } from "../../spec/read.ts";
import { name } from "../../spec/values.ts";
import { comparisonSchema, fixedNumbers, ruleSchema } from "./model-schema.ts";

const modelSchema = z.strictObject({
  format: z.literal(modelFormat),
  version: z.literal(modelVersion),
  sources: z.record(name, z.strictObject({ id: z.string() })),
  compare: z.array(z.tuple([name, name])).optional(),
  blocking: z.array(ruleSchema),
  lambda: z.number().gt(0, "a share is above 0").lt(1, "a share is below 1"),
  comparisons: z
    .array(comparisonSchema.refine(fixedNumbers, "each level needs its m and u, as link train writes them"))
    .min(1),
  learned: z.looseObject({}),
});

/** A trained model as read, or what is wrong with its file. */
export type ReadModel = { readonly model: TrainedModel } | { readonly diagnostics: readonly Diagnostic[] };

/**
 * Reads the file that `link train` and `link run` write.
 *
 * Errors: link/broken-model where it is no whole JSON, link/no-model where it is no model of this version; those of
 * `readSpec` where a part of it is wrong.
 */
export function readModelFile(text: string, file: string): ReadModel {
  const parsed = parseJson(text, file);
  if ("diagnostics" in parsed) return parsed;
  const json = parsed.value;
  const head = typeof json === "object" && json !== null ? (json as Record<string, unknown>) : {};
  if (head["format"] !== modelFormat) {
    return { diagnostics: [diagnostic("link/no-model", { file }, { isSplink: "link_type" in head })] };
  }
  if (head["version"] !== modelVersion) {
    return { diagnostics: [diagnostic("link/other-model-version", { file }, { known: modelVersion })] };
  }
  const { success, data } = modelSchema.safeParse(json);
  if (success) return { model: data as unknown as TrainedModel };
  const { diagnostics } = readSpec(modelSchema as z.ZodType, text, file);
  return { diagnostics };
}
