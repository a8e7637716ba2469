import { parseCondition, type Side, type SqlNode } from "./condition.ts";
import { NoCounterpart } from "./no-counterpart.ts";
import { fillPattern, matchPattern } from "./pattern.ts";

/** What of a column a measure looks at; it decides which casts say nothing new. */
export type Role = "text" | "day" | "number";

/** A measure of two records: an SQL pattern over a1_l, a1_r and, where it takes two columns, a2_l and a2_r. */
export interface Measure {
  /** The test of `LevelTest` that it stands for; seconds are days, months or years. */
  readonly test:
    | "levenshtein"
    | "damerau_levenshtein"
    | "jaro"
    | "jaro_winkler"
    | "jaccard"
    | "seconds"
    | "days"
    | "difference"
    | "share"
    | "kilometres"
    | "intersect";
  readonly sql: string;
  readonly role: Role;
  readonly operator: "<=" | ">=" | "<";
  /** Its values are whole numbers: < 3 is <= 2. */
  readonly isWhole?: boolean;
}

const cosine = `sin(radians(a1_l)) * sin(radians(a1_r)) +
  cos(radians(a1_l)) * cos(radians(a1_r)) * cos(radians(a2_r - a2_l))`;

/** Source of the formula: the spherical law of cosines, on a sphere of 6,371 km. */
const kilometres = `cast(acos(
  case when (${cosine}) > 1 then 1 when (${cosine}) < -1 then -1 else (${cosine}) end
) * 6371 as float)`;

/** Every measure that is known. The first of a test is the one that is written; all are read. */
const measures: readonly Measure[] = [
  { test: "levenshtein", sql: "levenshtein(a1_l, a1_r)", role: "text", operator: "<=", isWhole: true },
  {
    test: "damerau_levenshtein",
    sql: "damerau_levenshtein(a1_l, a1_r)",
    role: "text",
    operator: "<=",
    isWhole: true,
  },
  { test: "jaro", sql: "jaro_similarity(a1_l, a1_r)", role: "text", operator: ">=" },
  { test: "jaro_winkler", sql: "jaro_winkler_similarity(a1_l, a1_r)", role: "text", operator: ">=" },
  { test: "jaccard", sql: "jaccard(a1_l, a1_r)", role: "text", operator: ">=" },
  { test: "seconds", sql: "abs(epoch(a1_l) - epoch(a1_r))", role: "day", operator: "<=" },
  ...["date_diff", "datediff"].map(
    (call): Measure => ({
      test: "days",
      sql: `abs(${call}('day', a1_l, a1_r))`,
      role: "day",
      operator: "<=",
      isWhole: true,
    }),
  ),
  { test: "difference", sql: "abs(a1_l - a1_r)", role: "number", operator: "<=" },
  {
    test: "share",
    sql: "abs(a1_l - a1_r) / (case when a1_r > a1_l then a1_r else a1_l end)",
    role: "number",
    operator: "<",
  },
  { test: "kilometres", sql: kilometres, role: "number", operator: "<=" },
  ...["array_length(list_intersect(a1_l, a1_r))", "len(list_intersect(a1_l, a1_r))"].map(
    (sql): Measure => ({ test: "intersect", sql, role: "text", operator: ">=", isWhole: true }),
  ),
];

const patterns = measures.map((measure) => ({ measure, pattern: parseCondition(measure.sql) }));

/** The measure that stands for a test. */
export function measureOf(test: Measure["test"]): Measure {
  const found = measures.find((measure) => measure.test === test);
  if (found === undefined) throw new NoCounterpart(`has a test that Splink lacks: ${test}`);
  return found;
}

/** A measure found in a condition, and what its columns are there. */
interface FoundMeasure {
  readonly measure: Measure;
  readonly columns: readonly (readonly [left: SqlNode, right: SqlNode])[];
}

/** The measure that an expression is; undefined where it is none that is known. */
export function findMeasure(node: SqlNode): FoundMeasure | undefined {
  for (const { measure, pattern } of patterns) {
    const places = matchPattern(pattern, node);
    if (places === undefined) continue;
    const columns = ["a1", "a2"].flatMap((name): (readonly [SqlNode, SqlNode])[] => {
      const [left, right] = [places.get(`${name}_l`), places.get(`${name}_r`)];
      return left === undefined || right === undefined ? [] : [[left, right]];
    });
    return { measure, columns };
  }
  return undefined;
}

/** A measure as SQL, from the SQL of its columns. */
export function measureSql(
  { sql }: Measure,
  columns: readonly { readonly [side in Side]: string }[],
): string {
  const places = columns.flatMap(({ l, r }, i) => [
    [`a${i + 1}_l`, l],
    [`a${i + 1}_r`, r],
  ]);
  return fillPattern(sql, Object.fromEntries(places));
}
