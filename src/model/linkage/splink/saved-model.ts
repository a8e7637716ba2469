import * as z from "zod";

const share = z.number().min(0).max(1);

/** Splink 4 writes the words where training saw no such pair. */
const probability = z.union([z.number().gt(0).max(1), z.literal("level not observed in training dataset")]);

const levelSchema = z.object({
  sql_condition: z.string(),
  label_for_charts: z.string().nullish(),
  is_null_level: z.boolean().nullish(),
  m_probability: probability.nullish(),
  u_probability: probability.nullish(),
  fix_m_probability: z.boolean().nullish(),
  fix_u_probability: z.boolean().nullish(),
  tf_adjustment_column: z.string().nullish(),
  tf_adjustment_weight: share.nullish(),
  tf_minimum_u_value: share.nullish(),
  disable_tf_exact_match_detection: z.boolean().nullish(),
});

const comparisonSchema = z.object({
  output_column_name: z.string().min(1),
  comparison_levels: z.array(levelSchema).min(1),
});

const ruleSchema = z.object({
  blocking_rule: z.string(),
  sql_dialect: z.string().nullish(),
  arrays_to_explode: z.array(z.string()).nullish(),
});

/** A saved model: the keys that its scores depend on. A key left out stands for what Splink takes it for. */
export const modelSchema = z.object({
  link_type: z.enum(["dedupe_only", "link_only", "link_and_dedupe"]),
  sql_dialect: z.literal("duckdb").default("duckdb"),
  unique_id_column_name: z.string().min(1).default("unique_id"),
  probability_two_random_records_match: z.number().gt(0).lt(1).default(0.0001),
  blocking_rules_to_generate_predictions: z
    .array(z.union([ruleSchema, z.string().transform((blocking_rule) => ({ blocking_rule }))]))
    .default([]),
  comparisons: z.array(comparisonSchema).min(1),
});

export type SplinkLevel = z.infer<typeof levelSchema>;
export type SplinkComparison = z.infer<typeof comparisonSchema>;
export type SplinkRule = z.infer<typeof ruleSchema>;
