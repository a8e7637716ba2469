import * as z from "zod";
import { parseExpression } from "../../model/linkage/expression/expression.ts";
import type { Comparison, LevelTest } from "../../model/linkage/model.ts";
import type { ReadyMade } from "../../model/linkage/ready-made.ts";

/** A column, or an expression over columns; what it means is checked with the model. */
const column = z
  .string()
  .min(1, "a column is named, or written as an expression such as substr(surname, 1, 3)");

const share = z.number().min(0, "a share is at least 0").max(1, "a share is at most 1");
const bound = z.number().min(0, "a bound is at least 0");
const positive = z.number().gt(0, "a probability is above 0").max(1, "a probability is at most 1");

const probability = z.union([
  positive,
  z.strictObject({ start: positive }),
  z.strictObject({ prior: positive, pairs: z.number().gt(0, "a prior weighs as many pairs, above 0") }),
]);

const numbers = {
  m: probability
    .optional()
    .describe("How often the level holds among matches: fixed, or where learning starts."),
  u: probability.optional().describe("How often it holds among other pairs."),
  weight: z
    .union([z.number(), z.literal("veto"), z.literal("force")])
    .optional()
    .describe("Bits in place of m and u; or veto, or force."),
};

const tests = {
  exact: { exact: z.union([column, z.array(column).min(1)]) },
  levenshtein: { levenshtein: column, at_most: bound },
  damerau_levenshtein: { damerau_levenshtein: column, at_most: bound },
  jaro: { jaro: column, at_least: share },
  jaro_winkler: { jaro_winkler: column, at_least: share },
  jaccard: { jaccard: column, at_least: share },
  reversed: { reversed: z.tuple([column, column]) },
  days: { days: column, at_most: bound },
  months: { months: column, at_most: bound },
  years: { years: column, at_most: bound },
  difference: { difference: column, at_most: bound },
  share: { share: column, below: share },
  kilometres: { kilometres: z.tuple([column, column]), at_most: bound },
  intersect: { intersect: column, at_least: z.number().int().min(1) },
  dice: { dice: column, at_least: share },
  missing: { missing: z.union([column, z.array(column).min(1)]) },
} as const;

const test: z.ZodType<LevelTest> = z.lazy(() => z.union(testSchemas({})));

/** One strict object for each kind of test, each with these keys more. */
function testSchemas(more: z.ZodRawShape) {
  const simple = Object.values(tests).map((shape) => z.strictObject({ ...shape, ...more }));
  const combined = [
    z.strictObject({ all: z.array(test).min(1), ...more }),
    z.strictObject({ any: z.array(test).min(1), ...more }),
    z.strictObject({ not: test, ...more }),
  ];
  return [...simple, ...combined] as unknown as readonly [z.ZodType<LevelTest>, ...z.ZodType<LevelTest>[]];
}

const termFrequency = z.union([
  z.literal(true),
  z.strictObject({ column, factor: share.optional(), least_share: share.optional() }),
]);

const level = z.union(
  testSchemas({ label: z.string().optional(), term_frequency: termFrequency.optional(), ...numbers }),
);

/** One comparison as people write it: its levels, best first. */
export const comparisonSchema = z.strictObject({
  comparison: z.string().min(1).describe("The comparison's name."),
  levels: z.array(level).min(1).describe("What may hold of two records, the best first; else is implied."),
  else: z.strictObject(numbers).optional(),
  null: test
    .optional()
    .describe("When the comparison says nothing; left out: when a tested value is missing."),
}) as unknown as z.ZodType<Comparison>;

/** A column or an expression over columns, as it stands where no model is checked. */
export const expression = z.string().refine((text) => parseExpression(text).problem === undefined, {
  error: (issue) => parseExpression(String(issue.input)).problem ?? "it is no expression",
});

const readyMade = {
  name: "One part of a name: the same, by how common it is; alike; somewhat alike.",
  date_of_birth: "A date such as 1970-12-31: the same; one edit, a month, a year or ten years apart.",
  postcode:
    "A UK postcode: the same, by how common it is; one edit apart or of one sector; of one district; of one area.",
  nhs_number: "An NHS number: the same digits; one edit apart.",
  email:
    "An e-mail address: the same, by how common it is; the same before the @; alike; alike before the @.",
};

const both =
  "Forename and surname as one: both the same, swapped, alike, somewhat alike; one of them the same, by how common it is.";

/** Comparisons of the usual fields, in one line. */
const readyMadeSchemas = [
  ...Object.entries(readyMade).map(([key, about]) => z.strictObject({ [key]: expression.describe(about) })),
  z.strictObject({ forename_surname: z.tuple([expression, expression]).describe(both) }),
] as unknown as readonly [z.ZodType<ReadyMade>, ...z.ZodType<ReadyMade>[]];

/** A comparison by its levels, or ready-made. */
export const writtenComparisonSchema = z.union([comparisonSchema, ...readyMadeSchemas]);

/** Whether every level has an m and a u that is a number. */
export function fixedNumbers({ levels, else: rest }: Comparison): boolean {
  return [...levels, rest].every((its) => typeof its?.m === "number" && typeof its.u === "number");
}

/** Columns that both records must share; of any(list), one of its values. */
export const ruleSchema = z
  .array(column)
  .min(1, "a rule names at least one column")
  .describe("Columns that two records share to be compared; any(x) where they share one value of a list.");
