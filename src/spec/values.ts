import { z } from "zod";

/** Values that several kinds of file share. Each pattern's text is what a person reads when a value is refused. */
export const name = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,62}$/, "a name is small letters, digits, - and _, and begins with a letter");

export const isoDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a date is written "2024-05-31"');

export const financialYear = z.string().regex(/^\d{4}\/\d{2}$/, 'a financial year is written "2023/24"');

/** A published field's name, or a family of them: DIAG_4_*. */
export const fieldPattern = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_-]*\*?$/,
    "a field is named as published; a final * stands for a family, as in DIAG_4_*",
  );

/** One year, a list of years, or a range with both ends included. */
export const years = z.union([
  z.array(financialYear).min(1),
  z.strictObject({ from: financialYear, to: financialYear }),
]);

export type Years = z.infer<typeof years>;
