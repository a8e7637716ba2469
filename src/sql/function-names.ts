/**
 * The functions whose spelling differs between engines, each named by meaning.
 * What every engine writes alike (coalesce, count, min, row_number, CASE) is written in the template.
 */
export const functionNames = [
  "regexMatches",
  "regexReplace",
  "parseDate",
  "yearOf",
  "monthOf",
  "dayOf",
  "daysBetween",
  "yearsBetween",
  "addDays",
  "formatDate",
  "substring",
  "padLeft",
  "repeatText",
  "charAt",
  "integerDivide",
  "modulo",
  "argMin",
  "argMax",
  "stringAgg",
  "sha256Hex",
  "bucket",
  "levenshtein",
  "damerauLevenshtein",
  "jaro",
  "jaroWinkler",
  "jaccard",
  "countIf",
  "countDistinctRows",
  "tryCast",
  "listOverlap",
  "splitText",
  "base64Hex",
  "bitsSet",
  "sharedBits",
  "shiftLeft32",
] as const;

export type FunctionName = (typeof functionNames)[number];
