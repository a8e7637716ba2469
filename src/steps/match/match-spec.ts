import * as z from "zod";
import type { Comparison } from "../../model/linkage/model.ts";
import type { Learning } from "../../model/linkage/train/trained-model.ts";
import { filePath, name } from "../../spec/values.ts";
import { expression, ruleSchema, writtenComparisonSchema } from "./model-schema.ts";

const fileSource = z.strictObject({
  file: filePath.describe("A CSV or Parquet file, relative to this file."),
  id: z.string().min(1).describe("The column that names each record of this source, without repeats."),
  delimiter: z
    .string()
    .length(1, "a delimiter is one character")
    .optional()
    .describe("Of a CSV file; a comma."),
  encoding: z
    .enum(["cp1252", "latin-1"])
    .optional()
    .describe("Of a CSV file that is not UTF-8; Excel and Windows save text in cp1252."),
  columns: z
    .record(z.string().min(1), z.union([expression, z.null()]))
    .optional()
    .describe(
      "Columns that this source names or writes otherwise: an expression over its own columns; null where it has none.",
    ),
});

const stepSource = z.strictObject({
  step: name.describe("An earlier step of this pipeline that leaves profiles."),
  output: name.describe("Its output that is this source."),
  id: z.string().min(1).describe("The column that names each record of it."),
  columns: fileSource.shape.columns,
});

const source = z.union([fileSource, stepSource]);

const probability = z.number().gt(0, "a probability is above 0").lt(1, "a probability is below 1");

/** Bits, or the probability that they stand for. */
const threshold = z.union([z.number(), z.strictObject({ probability })]);

const lambda = z.union([
  probability,
  z.literal("learned"),
  z.strictObject({
    rules: z
      .array(ruleSchema)
      .min(1)
      .describe("Pairs that agree on all columns of one of these are matches."),
    recall: probability.describe("The share of all matches that these rules find."),
  }),
]);

const trainingSchema = z.strictObject({
  lambda: lambda
    .default("learned")
    .describe(
      "The share of matches among all pairs: learned from the candidate pairs, known, or found by rules.",
    ),
  rules: z
    .array(ruleSchema)
    .min(1)
    .optional()
    .describe(
      "Pairs to learn from, a session for each rule. Comparisons of a rule's columns learn from the others.",
    ),
  truth: expression
    .optional()
    .describe("In place of rules: a column that names the true person. Pairs that share it are matches."),
  labels: z
    .strictObject({
      file: filePath.describe(
        "CSV or Parquet: source_l, id_l, source_r, id_r, and label, 1 for a match, 0 for none, or between.",
      ),
    })
    .optional()
    .describe("In place of rules: pairs that people have judged."),
  pairs: z
    .number()
    .int()
    .min(1000)
    .optional()
    .describe("Pairs of a session, drawn evenly; a million, and all like Splink. All if fewer."),
  u: z
    .enum(["random", "sessions"])
    .default("random")
    .describe("Where u is learned: among random pairs, or with m in the sessions."),
  like: z
    .literal("splink")
    .optional()
    .describe(
      "Learns as Splink 5 does, to the same numbers: sessions one after the other, with term frequencies, from all pairs; u of all pairs, matches among them.",
    ),
});

const decisionSchema = z.strictObject({
  links: z
    .enum(["clusters", "connected", "one_to_one", "best_left", "best_right"])
    .describe("How links are chosen among the scored pairs."),
  at_least: threshold.describe("The least weight of a link, in bits or as a probability."),
  cut: z
    .number()
    .optional()
    .describe("clusters: the least mean weight, in bits, with which two groups are joined."),
  without_duplicates: z
    .array(name)
    .min(1)
    .optional()
    .describe("clusters: sources in which no two records are of one person."),
});

const reportSchema = z.strictObject({
  by: z
    .array(expression)
    .min(1)
    .max(5, "a report tells groups apart by at most five columns")
    .describe("Columns, or expressions, by whose values the share of linked records is told."),
});

const previousSchema = z.union([
  z.literal("none"),
  z.strictObject({
    clusters: filePath.describe("Its clusters.parquet, relative to this file."),
    ledger: filePath
      .optional()
      .describe("Its ledger.parquet; without it, ids that were given up before may be given again."),
  }),
]);

/** How pairs can be scored. */
export const plans = ["auto", "plain", "bounded", "kernel"] as const;

/** What a match step is told. */
export const matchSchema = z.strictObject({
  sources: z
    .record(name, source)
    .refine((sources) => Object.keys(sources).length > 0, "a source of records is needed")
    .describe("Files of records: one is searched for duplicates, two or more are linked."),
  compare: z
    .array(z.tuple([name, name]))
    .min(1)
    .optional()
    .describe("Pairs of sources whose records are compared; all different ones, or the one with itself."),
  comparisons: z
    .array(writtenComparisonSchema)
    .min(1)
    .optional()
    .describe("What is compared of two records: by levels, or ready-made for a usual field."),
  model: filePath
    .optional()
    .describe("A trained model's file, relative to this one, in place of comparisons, lambda and training."),
  blocking: z
    .array(ruleSchema)
    .min(1)
    .describe("Which pairs are compared: those that agree by one of these rules."),
  blocking_limit: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe(
      "Pairs that one rule may bring together; 500 million, or 100 for each record where that is more.",
    ),
  lambda: probability.optional().describe("The share of matches among all pairs, where nothing is learned."),
  training: trainingSchema.optional().describe("How the model learns what its levels do not fix."),
  threshold: threshold.default(-5).describe("The least weight of a scored pair."),
  decision: decisionSchema.optional(),
  keep: z
    .enum(["links", "scored"])
    .default("links")
    .describe("What links.parquet holds: the links, or every scored pair."),
  previous: previousSchema
    .optional()
    .describe(
      "The linkage before, whose cluster ids are kept, or none. In a workspace, the step's own previous version.",
    ),
  report: reportSchema.optional().describe("What the report tells beside the linkage itself."),
  plan: z
    .enum(plans)
    .default("auto")
    .describe("How pairs are scored, and those of training rules counted; all give the same."),
});

/** A match step as people write it. */
export type WrittenMatch = z.infer<typeof matchSchema>;

/** A match step with its comparisons, be they written in it or a trained model's. */
export type MatchSpec = Omit<WrittenMatch, "comparisons" | "model"> & {
  readonly comparisons: Comparison[];
  /** How a trained model was learned. */
  readonly learned?: Learning;
  /** Set where nothing but the model is wanted. */
  readonly makes?: "model" | undefined;
};

/** What a match step is written with: defaults may be left out. */
export type Linkage = z.input<typeof matchSchema>;
/** Files of an earlier linkage. */
export type PreviousFiles = Exclude<z.infer<typeof previousSchema>, "none">;
export type DecisionSpec = z.infer<typeof decisionSchema>;

/**
 * The linkage whose cluster ids are kept. Profiles that an earlier step gives have no name that lasts, so their clusters
 * have none either.
 */
export function previousOf({ sources, previous, makes }: MatchSpec): "none" | "predecessor" | PreviousFiles {
  if (makes === "model") return "none";
  if (previous !== undefined) return previous;
  return Object.values(sources).every((source) => "file" in source) ? "predecessor" : "none";
}

/** The file of a source; undefined where an earlier step gives it. */
export function fileOf(source: MatchSpec["sources"][string] | undefined): string | undefined {
  return source !== undefined && "file" in source ? source.file : undefined;
}

/** Bits of a threshold. */
export function thresholdBits(value: MatchSpec["threshold"]): number {
  if (typeof value === "number") return value;
  return Math.log2(value.probability / (1 - value.probability));
}

/** The least mean weight, in bits, with which two groups of records are joined. */
const defaultCut = -3;

/** Duplicates within one source are clusters; between sources a record has one partner. */
export function decisionOf({ sources, decision }: MatchSpec): DecisionSpec {
  const links = Object.keys(sources).length === 1 ? "clusters" : "one_to_one";
  return { cut: defaultCut, ...(decision ?? { links, at_least: 0 }) };
}
