import * as z from "zod";
import { isCalendarDate, isFinancialYear } from "./calendar.ts";

/** Values that several kinds of file share. Each pattern's text is what a person reads when a value is refused. */
export const name = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,62}$/, "a name is small letters, digits, - and _, and begins with a letter");

const dateForm = 'a date is written "2024-05-31"';
const datePattern = /^\d{4}-\d{2}-\d{2}$/;

/** A day of the calendar. */
export const isoDate = z
  .string(dateForm)
  .regex(datePattern, dateForm)
  .refine((text) => !datePattern.test(text) || isCalendarDate(text), "the calendar has no such day");

const yearForm = 'a financial year is written "2023/24"';
const yearPattern = /^\d{4}\/\d{2}$/;

/** A financial year, April to March. */
const financialYear = z
  .string(yearForm)
  .regex(yearPattern, yearForm)
  .refine(
    (text) => !yearPattern.test(text) || isFinancialYear(text),
    'a financial year names two years in a row, as in "2023/24"',
  );

/** A published field's name, or a family of them: DIAG_4_*. */
export const fieldPattern = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_-]*\*?$/,
    "a field is named as published; a final * stands for a family, as in DIAG_4_*",
  );

/** A file or folder of the workspace; relative to where the schema's own description says. */
export const filePath = z.string().min(1, "the path must not be empty");

/** A list of years, or a range with both ends included. */
export const years = z.union([
  z
    .array(financialYear)
    .min(1, "the list of years must not be empty")
    .refine((list) => new Set(list).size === list.length, "a year stands twice in the list"),
  z
    .strictObject({
      from: financialYear.describe("First financial year."),
      to: financialYear.describe("Last financial year, included."),
    })
    .refine(({ from, to }) => from <= to, "the range of years ends before it begins"),
]);
