import * as z from "zod";
import { name } from "../../spec/values.ts";

/** What a combine step is told. */
export const combineSchema = z.strictObject({
  rules: name.describe("The deterministic step of this pipeline."),
  model: name
    .optional()
    .describe(
      "The match step on the profiles of the rules' step, sources left and right, keeping all scored pairs.",
    ),
  keep: z
    .enum(["best_left", "one_to_one"])
    .default("best_left")
    .describe(
      "best_left: the best person for each of the left; one_to_one: only who is the other's best too.",
    ),
  at_least: z
    .number()
    .gt(0, "a probability is above 0")
    .lt(1, "a probability is below 1")
    .default(0.9)
    .describe("The least probability of a link by the model."),
  least_margin: z
    .number()
    .min(0, "a margin is at least 0")
    .default(1)
    .describe("The least lead of a link by the model over the next best person, in bits."),
});

export type CombineSpec = z.infer<typeof combineSchema>;

/** Names of inputs. */
export const read = {
  rules: "rule_links",
  members: "members",
  intake: "intake",
  left: "left_profile",
  right: "right_profile",
  scored: "scored_pairs",
} as const;
