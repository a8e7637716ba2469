import { InvariantError } from "../base/diagnostics.ts";
import { type Dialect, datePattern, literalText, refuseNul } from "./dialect.ts";

const quoteText = (text: string): string => {
  refuseNul(text);
  return `'${text.replaceAll("'", "''")}'`;
};

/** Completed years from dates as yyyymmdd numbers, so that 29 February needs no special case. */
const ymd = (date: string) => `(year(${date}) * 10000 + month(${date}) * 100 + day(${date}))`;

const parts = (x: string | undefined) => `string_split(${x}, chr(31))`;
const bits = (hex: string | undefined) => `CAST(unhex(${hex}) AS BIT)`;

/** DuckDB 1.5. */
export const duckdb: Dialect = {
  name: "duckdb",
  quoteText,
  quoteIdentifier: (name) => {
    refuseNul(name);
    if (name === "") throw new InvariantError("an identifier cannot be empty");
    return `"${name.replaceAll('"', '""')}"`;
  },
  typeName: (type) => type.toUpperCase(),
  calls: {
    regexMatches: ([x, p]) => `regexp_matches(${x}, ${p})`,
    regexReplace: ([x, p, r]) => `regexp_replace(${x}, ${p}, ${r}, 'g')`,
    parseDate: ([x, p], nodes) => {
      const { guard } = datePattern(literalText(nodes[1]));
      return `CASE WHEN regexp_matches(${x}, ${quoteText(guard)}) THEN CAST(try_strptime(${x}, ${p}) AS DATE) END`;
    },
    yearOf: ([d]) => `CAST(year(${d}) AS INTEGER)`,
    monthOf: ([d]) => `CAST(month(${d}) AS INTEGER)`,
    dayOf: ([d]) => `CAST(day(${d}) AS INTEGER)`,
    daysBetween: ([a, b]) => `CAST(date_diff('day', ${a}, ${b}) AS INTEGER)`,
    yearsBetween: ([a, b]) => `CAST((${ymd(b ?? "")} - ${ymd(a ?? "")}) // 10000 AS INTEGER)`,
    addDays: ([d, n]) => `CAST(${d} + CAST(${n} AS INTEGER) AS DATE)`,
    formatDate: ([d, p]) => `strftime(${d}, ${p})`,
    substring: ([x, start, length]) => `substring(${x}, ${start}, ${length})`,
    padLeft: ([x, n, c]) => `lpad(${x}, ${n}, ${c})`,
    repeatText: ([x, n]) => `repeat(${x}, ${n})`,
    charAt: ([x, i]) => `substring(${x}, ${i}, 1)`,
    integerDivide: ([a, b]) => `(${a} // ${b})`,
    modulo: ([a, b]) => `(${a} % ${b})`,
    argMin: ([v, k]) => `arg_min_null(${v}, ${k})`,
    argMax: ([v, k]) => `arg_max_null(${v}, ${k})`,
    stringAgg: ([x, s, k]) => `string_agg(${x}, ${s} ORDER BY ${k})`,
    sha256Hex: ([x]) => `sha256(${x})`,
    bucket: ([x]) => `CAST('0x' || substr(sha256(${x}), 1, 15) AS BIGINT)`,
    levenshtein: ([a, b]) => `levenshtein(${a}, ${b})`,
    damerauLevenshtein: ([a, b]) => `damerau_levenshtein(${a}, ${b})`,
    jaro: ([a, b]) => `jaro_similarity(${a}, ${b})`,
    jaccard: ([a, b]) => `jaccard(${a}, ${b})`,
    jaroWinkler: ([a, b]) => `jaro_winkler_similarity(${a}, ${b})`,
    countIf: ([c]) => `CAST(count(*) FILTER (WHERE ${c}) AS BIGINT)`,
    countDistinctRows: (args) => `count(DISTINCT (${args.join(", ")}))`,
    tryCast: ([x], nodes) => `TRY_CAST(${x} AS ${typeArgument(nodes[1], (t) => t.toUpperCase())})`,
    listOverlap: ([a, b]) => `coalesce(list_has_any(${a}, ${b}), false)`,
    splitText: ([x, s]) =>
      `list_filter(list_transform(string_split(${x}, ${s}), lambda part: trim(part)), lambda part: part <> '')`,
    listText: ([x]) =>
      `nullif(array_to_string(list_sort(list_distinct(list_filter(list_transform(${x}, lambda part: trim(part)), lambda part: part <> ''))), chr(31)), '')`,
    // What a list shares with NULL is an empty list here.
    sharedParts: ([a, b]) =>
      `CASE WHEN ${b} IS NOT NULL THEN len(list_intersect(${parts(a)}, ${parts(b)})) END`,
    explodeParts: ([x]) => `unnest(${parts(x)})`,
    base64Hex: ([x]) => `hex(from_base64(${x}))`,
    bitsSet: ([x]) => `bit_count(${bits(x)})`,
    sharedBits: ([a, b]) => `bit_count(${bits(a)} & ${bits(b)})`,
    shiftLeft32: ([n]) => `(CAST(${n} AS BIGINT) * 4294967296)`,
    // An empty OVER keeps the order of the query below, and a sort that is no window is shared by all threads.
    rowNumber: () => "row_number() OVER ()",
  },
};

/** The type that stands as a call's argument. */
export function typeArgument(
  node: Parameters<Dialect["calls"]["tryCast"]>[1][number] | undefined,
  name: (type: string) => string,
): string {
  if (node?.kind !== "type") throw new InvariantError("this function takes a type");
  return name(node.type);
}
