import * as z from "zod";
import { name } from "../../spec/values.ts";

const side = z.union([
  z.strictObject({ cohort: z.string().min(1).describe("A customer's list, by its NIC reference.") }),
  z.strictObject({ ledger: name.describe("The ledger of persons that an identify step wrote.") }),
]);

/** What a deterministic step is told. */
export const deterministicSchema = z.strictObject({
  rule_set: z.string().describe("Rules that link two sides, in their version."),
  left: side.describe("The persons who are looked for."),
  right: side.describe("The persons among whom they are looked for."),
  keep: z
    .enum(["best_left", "one_to_one"])
    .default("best_left")
    .describe("best_left: the best person for each of the left; one_to_one: no person twice."),
});

export type DeterministicSpec = z.infer<typeof deterministicSchema>;
export type Side = DeterministicSpec["left"];

/** The two sides by name. */
export const sideNames = ["left", "right"] as const;
export type SideName = (typeof sideNames)[number];

/** Names of a side's input, and of the table of its distinct identity profiles. */
export const sideInput = (side: SideName): string => `${side}_submitted`;
export const sideProfiles = (side: SideName): string => `${side}_profile`;
