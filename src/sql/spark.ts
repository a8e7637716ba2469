import { InvariantError } from "../base/diagnostics.ts";
import { type Dialect, datePattern, literalText, refuseNul } from "./dialect.ts";
import { typeArgument } from "./duckdb.ts";

/** A backslash escapes in Spark's plain literals, so it is doubled. */
const quoteText = (text: string): string => {
  refuseNul(text);
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
};

const typeName = (type: string): string => {
  if (type === "varchar") return "STRING";
  return type === "integer" ? "INT" : type.toUpperCase();
};

const ymd = (date: string) => `(year(${date}) * 10000 + month(${date}) * 100 + day(${date}))`;

const strftime: Readonly<Record<string, string>> = {
  "%Y": "yyyy",
  "%Y-%m": "yyyy-MM",
  "%m%Y": "MMyyyy",
  "%Y%m%d": "yyyyMMdd",
  "%Y-%m-%d": "yyyy-MM-dd",
};

/** 32 bits of hexadecimal text from a place. */
const word = (hex: string | undefined, at: string) =>
  `CAST(conv(substring(${hex}, ${at}, 8), 16, 10) AS BIGINT)`;

/** A sum over the places at which words of hexadecimal text begin. */
const sumOfWords = (hex: string | undefined, of: (at: string) => string) =>
  `aggregate(sequence(1, length(${hex}), 8), 0L, (sum, at) -> sum + ${of("at")})`;

/** Spark 4.3 with ANSI mode on. */
export const spark: Dialect = {
  name: "spark",
  quoteText,
  quoteIdentifier: (name) => {
    refuseNul(name);
    if (name === "") throw new InvariantError("an identifier cannot be empty");
    return `\`${name.replaceAll("`", "``")}\``;
  },
  typeName,
  calls: {
    regexMatches: ([x, p]) => `(${x} RLIKE ${p})`,
    regexReplace: ([x, p], nodes) =>
      `regexp_replace(${x}, ${p}, ${quoteText(javaReplacement(literalText(nodes[2])))})`,
    parseDate: ([x], nodes) => {
      const { guard, spark: pattern } = datePattern(literalText(nodes[1]));
      return `CASE WHEN ${x} RLIKE ${quoteText(guard)} THEN try_to_date(${x}, ${quoteText(pattern)}) END`;
    },
    yearOf: ([d]) => `CAST(year(${d}) AS INT)`,
    monthOf: ([d]) => `CAST(month(${d}) AS INT)`,
    dayOf: ([d]) => `CAST(day(${d}) AS INT)`,
    daysBetween: ([a, b]) => `CAST(datediff(${b}, ${a}) AS INT)`,
    yearsBetween: ([a, b]) => `CAST((${ymd(b ?? "")} - ${ymd(a ?? "")}) div 10000 AS INT)`,
    addDays: ([d, n]) => `date_add(${d}, CAST(${n} AS INT))`,
    formatDate: ([d], nodes) => `date_format(${d}, ${quoteText(sparkFormat(literalText(nodes[1])))})`,
    substring: ([x, start, length]) => `substring(${x}, ${start}, ${length})`,
    padLeft: ([x, n, c]) => `lpad(${x}, ${n}, ${c})`,
    repeatText: ([x, n]) => `repeat(${x}, ${n})`,
    charAt: ([x, i]) => `substring(${x}, ${i}, 1)`,
    integerDivide: ([a, b]) => `(${a} div ${b})`,
    modulo: ([a, b]) => `(${a} % ${b})`,
    argMin: ([v, k]) => `min_by(${v}, ${k})`,
    argMax: ([v, k]) => `max_by(${v}, ${k})`,
    stringAgg: ([x, s, k]) => `listagg(${x}, ${s}) WITHIN GROUP (ORDER BY ${k})`,
    sha256Hex: ([x]) => `sha2(${x}, 256)`,
    bucket: ([x]) => `CAST(conv(substr(sha2(${x}, 256), 1, 15), 16, 10) AS BIGINT)`,
    levenshtein: ([a, b]) => `levenshtein(${a}, ${b})`,
    damerauLevenshtein: ([a, b]) => `damerau_levenshtein(${a}, ${b})`,
    jaro: ([a, b]) => `jaro_similarity(${a}, ${b})`,
    jaccard: ([a, b]) => `jaccard(${a}, ${b})`,
    jaroWinkler: ([a, b]) => `jaro_winkler_similarity(${a}, ${b})`,
    countIf: ([c]) => `CAST(count_if(${c}) AS BIGINT)`,
    countDistinctRows: (args) => `count(DISTINCT struct(${args.join(", ")}))`,
    tryCast: ([x], nodes) => `try_cast(${x} AS ${typeArgument(nodes[1], typeName)})`,
    listOverlap: ([a, b]) => `coalesce(arrays_overlap(${a}, ${b}), false)`,
    splitText: ([x], nodes) =>
      `filter(transform(split(${x}, ${quoteText(plainPattern(literalText(nodes[1])))}), part -> trim(part)), part -> part <> '')`,
    listText: ([x]) =>
      `nullif(array_join(array_sort(array_distinct(filter(transform(${x}, part -> trim(part)), part -> part <> ''))), char(31)), '')`,
    // A setting decides what the size of NULL is.
    sharedParts: ([a, b]) =>
      `CASE WHEN ${a} IS NOT NULL AND ${b} IS NOT NULL THEN size(array_intersect(split(${a}, char(31)), split(${b}, char(31)))) END`,
    explodeParts: ([x]) => `explode(split(${x}, char(31)))`,
    base64Hex: ([x]) => `hex(unbase64(${x}))`,
    bitsSet: ([x]) => sumOfWords(x, (i) => `bit_count(${word(x, i)})`),
    sharedBits: ([a, b]) => sumOfWords(a, (i) => `bit_count(${word(a, i)} & ${word(b, i)})`),
    shiftLeft32: ([n]) => `(CAST(${n} AS BIGINT) * 4294967296L)`,
    rowNumber: (keys) => `row_number() OVER (ORDER BY ${keys.join(", ")})`,
  },
};

function sparkFormat(pattern: string): string {
  const known = strftime[pattern];
  if (known === undefined) throw new InvariantError(`date format ${pattern} is not in the catalogue`);
  return known;
}

/** A replacement as Java writes it: a group is $1, and a plain $ is escaped. */
function javaReplacement(replacement: string): string {
  return replacement.replaceAll("$", "\\$").replaceAll(/\\([1-9])/g, "$$$1");
}

/** The pattern that finds nothing but a text. */
function plainPattern(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}]/g, "\\$&");
}
