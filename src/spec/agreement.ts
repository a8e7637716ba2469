import * as z from "zod";
import { fieldPattern, filePath, isoDate, years } from "./values.ts";

const dataSetGrant = z.strictObject({
  dataset: z.string().min(1).describe("A data set of the catalogue."),
  years: years.describe("Financial years that may leave."),
  fields: z
    .array(fieldPattern)
    .min(1)
    .describe("Fields that may leave, as published; DIAG_4_* names a family."),
  why: z.string().min(1).describe("Why the purpose needs this data set, these years and these fields."),
});

/**
 * An agreement: executable policy for one recipient and one purpose. A specification that asks for more is refused
 * before any data is read.
 */
export const agreementSchema = z.strictObject({
  version: z.literal(1).describe("Version of this kind of file."),
  agreement: z
    .string()
    .regex(/^[A-Z0-9][A-Z0-9-]{2,40}$/, "an agreement's reference is capitals, digits and -")
    .describe("Reference, e.g. DARS-NIC-000001-EXAMPLE. The pseudonym key is derived from it."),
  title: z.string().min(1).describe("What the agreement is called."),
  recipient: z.string().min(1).describe("Who receives the data."),
  purpose: z.string().min(1).describe("The one purpose that the data may serve."),
  legal_basis: z.string().min(1).describe("What law lets the data leave."),
  start: isoDate.describe("First day on which data may be produced."),
  end: isoDate.describe("Last day on which data may be produced."),
  identifiability: z
    .enum(["pseudonymised", "identifiable"])
    .describe("pseudonymised: no field that names a person leaves."),
  opt_outs: z
    .union([
      z.strictObject({
        apply: z.literal(true),
        list: filePath.describe("File of opted-out NHS numbers, one a line, relative to this file."),
        dated: isoDate.describe("The date the list is of."),
        max_age_days: z.int().positive().describe("Greatest age of the list on the date of a run."),
        untestable: z.enum(["keep", "drop"]).describe("What becomes of persons without a valid NHS number."),
      }),
      z.strictObject({
        apply: z.literal(false),
        reason: z.string().min(1).describe("Why opt-outs do not apply."),
      }),
    ])
    .describe("Whether national opt-outs remove persons, or the reason why not."),
  pseudonyms: z.strictObject({
    scope: z
      .enum(["agreement", "release"])
      .describe("agreement: tokens last; release: new ones in each delivery."),
    epoch: z.int().positive().describe("Generation of the key; a new one gives new tokens."),
  }),
  permissions: z
    .strictObject({
      sensitive: z
        .array(fieldPattern)
        .default([])
        .describe("Sensitive items that may leave, named one by one."),
      restricted: z.array(fieldPattern).default([]).describe("Legally restricted fields that may leave."),
      raw_record_keys: z
        .boolean()
        .default(false)
        .describe("Record keys leave as submitted, not as pseudonyms."),
    })
    .default({ sensitive: [], restricted: [], raw_record_keys: false }),
  disclosure: z.enum(["hes-2018"]).describe("Disclosure policy for every count that leaves."),
  formats: z
    .array(z.enum(["csv", "parquet"]))
    .min(1)
    .describe("File formats that may leave."),
  cohorts: z
    .array(z.string().regex(/^NIC-[0-9]{6}$/, "a cohort is named by its NIC reference, such as NIC-000004"))
    .default([])
    .describe("Customers' lists that may be linked, by the NIC reference in their files' names."),
  data: z.array(dataSetGrant).min(1).describe("What may leave: data sets, their years and fields."),
});

export type Agreement = z.infer<typeof agreementSchema>;
