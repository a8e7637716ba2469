import * as z from "zod";
import { fieldPattern, name, years } from "../../spec/values.ts";
import { derivations } from "./derived/derivations.ts";

const value = z.union([z.string(), z.number()]);

/** A condition on one record. A missing value, as the catalogue says what is missing, never matches, nor does its opposite. */
export type Condition =
  | { field: string; in: string[] }
  | { field: string; matches: string[] }
  | { field: string; from?: string | number | undefined; to?: string | number | undefined }
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition };

const conditionSchema: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ field: fieldPattern, in: z.array(z.string()).min(1) }),
    z.strictObject({ field: fieldPattern, matches: z.array(z.string().regex(/^[^*]+\*?$/)).min(1) }),
    z
      .strictObject({ field: fieldPattern, from: value.optional(), to: value.optional() })
      .refine(({ from, to }) => from !== undefined || to !== undefined, "a range needs from, to, or both"),
    z.strictObject({ all: z.array(conditionSchema).min(1) }),
    z.strictObject({ any: z.array(conditionSchema).min(1) }),
    z.strictObject({ not: conditionSchema }),
  ]),
);

const table = z.strictObject({
  dataset: z.string().describe("A data set of the catalogue."),
  years: years.describe("Financial years; each becomes a file of its own."),
  release: z.int().positive().optional().describe("One release by number, in place of the current one."),
  fields: z.array(fieldPattern).min(1).describe("Fields in the order of the file; DIAG_4_* names a family."),
  derive: z
    .array(z.enum(Object.keys(derivations) as [string, ...string[]]))
    .default([])
    .describe("Derived fields, after the published ones."),
  where: conditionSchema.optional().describe("Which records; all of them when absent."),
});

/** What an extract step is told in a pipeline. */
export const extractSchema = z.strictObject({
  ledger: name
    .optional()
    .describe(
      "The ledger of persons that an identify step wrote. None where two customers' lists were linked.",
    ),
  tables: z.array(table).default([]).describe("None where the links alone are delivered."),
  deaths: z
    .strictObject({
      step: name.describe("The link step of this pipeline that found deaths."),
      fields: z.array(fieldPattern).min(1).optional().describe("All that the agreement covers when absent."),
    })
    .optional()
    .describe("Adds the linked mortality table: one death for each person of the other tables."),
  linkage: z
    .strictObject({
      step: name.describe(
        "The combine step of this pipeline that found persons in the ledger, or in a list.",
      ),
      rules: name
        .optional()
        .describe("Of two lists: the deterministic step that read them, so that opt-outs are looked up."),
      fields: z.array(fieldPattern).min(1).optional().describe("All that the agreement covers when absent."),
    })
    .optional()
    .describe("Keeps the persons alone whom a linkage found, and adds the table of its links."),
  formats: z.array(z.enum(["csv", "parquet"])).min(1),
  csv: z.strictObject({ delimiter: z.enum(["|", ","]).default("|") }).prefault({}),
});

export type ExtractSpec = z.infer<typeof extractSchema>;
export type TableSpec = ExtractSpec["tables"][number];
