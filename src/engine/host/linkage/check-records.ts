import { type Diagnostic, diagnostic, Refusal } from "../../../base/diagnostics.ts";
import type { ResolvedComparison, ResolvedTest } from "../../../model/linkage/resolved.ts";
import { countName, tables } from "../../../steps/match/compile-records.ts";
import type { ResolvedMatch } from "../../../steps/match/resolve-match.ts";
import type { HostFunction } from "../../operations.ts";
import type { Session } from "../../session.ts";
import { checkRules } from "./check-rules.ts";
import type { LinkageContext } from "./context.ts";
import { matchOf } from "./match-params.ts";
import { pairsPerRecord } from "./threads.ts";
import { warn } from "./warnings.ts";

/** What is known of a column of the model over all sources. */
interface ColumnFacts {
  readonly present: number;
  readonly distinct: number;
  /** Records whose value is a date, and a number; where a test asks for that. */
  readonly day?: number;
  readonly number?: number;
}

/**
 * The host function `check_records@1`: whether the records can be linked by the model at all, before the long work.
 *
 * In: for each source, its number, records, those with an id, and different ids. Out: one row, the warnings as JSON.
 * Errors: link/no-records, link/repeated-ids, link/no-ids, link/no-values, link/wrong-type, link/runaway-rule.
 */
export function checkRecords(context: LinkageContext): HostFunction {
  return async (session, call, inputText) => {
    const { plan, resolved } = matchOf(call);
    const sources = await session.rows(call.id, inputText);
    const wrong = [...resolved.sources.entries()].flatMap(([place, source]) => {
      const row = sources.find((its) => Number(its["source"]) === place) ?? {};
      return checkIds(source, row, context);
    });
    if (wrong.length > 0) throw new Refusal(wrong);
    context.threads.startFor(pairsPerRecord * sources.reduce((sum, { n }) => sum + Number(n), 0));
    const facts = await factsOf(session, call.id, resolved);
    const used = usedColumns(resolved, context);
    const nameOf = (column: number) => resolved.model.columns[column]?.name ?? "";
    const diagnostics = used.flatMap(({ columns, at, comparison }) => [
      ...columns
        .filter((c) => facts[c]?.present === 0)
        .map((c) => diagnostic("link/no-values", at, { column: nameOf(c) })),
      ...wrongTypes(comparison, facts, nameOf).map((its) => diagnostic("link/wrong-type", at, its)),
    ]);
    if (diagnostics.length > 0) throw new Refusal(diagnostics);
    const input = await context.input(session, call.id, resolved);
    const { limit } = call.params;
    const runaway = await checkRules(context, call.id, resolved, input, limit as number | null);
    if (runaway.length > 0) throw new Refusal(runaway);
    const warnOf = (what: string) => warn(context, call.id, what);
    for (const { columns, comparison } of used) {
      const single = columns.filter((c) => facts[c]?.distinct === 1);
      if (comparison === undefined || single.length === 0) continue;
      const names = single.map((c) => `"${nameOf(c)}"`).join(" and ");
      warnOf(
        `all records with a value have the same one in ${names}: comparison "${comparison.name}" cannot tell persons apart; leave it out`,
      );
    }
    if (plan.training === undefined && plan.lambda === undefined) {
      warnOf(
        'no share of matches is stated and none is learned: 1 in 10,000 is assumed; write "lambda:" or "training:"',
      );
    }
    async function* one() {
      yield [[JSON.stringify(context.warnings)]];
    }
    return await session.load(call.id, call.output, one());
  };
}

/** Where columns are looked at: comparisons, blocking rules and training rules. */
function usedColumns({ model, blocking, trainingRules }: ResolvedMatch, { at }: LinkageContext) {
  const used = (columns: readonly number[], comparison?: ResolvedComparison) => ({ columns, comparison });
  return [
    ...model.comparisons.map((its, c) => ({ ...used(its.columns, its), at: at("comparisons", c) })),
    ...blocking.map((its, r) => ({ ...used([...its.columns, ...its.lists]), at: at("blocking", r) })),
    ...trainingRules.map((its, r) => ({
      ...used([...its.columns, ...its.lists]),
      at: at("training", "rules", r),
    })),
  ];
}

function checkIds(source: string, row: Record<string, unknown>, { at }: LinkageContext): Diagnostic[] {
  const [n, named, distinct] = ["n", "named", "different"].map((key) => Number(row[key] ?? 0)) as [
    number,
    number,
    number,
  ];
  const place = at("sources", source, "id");
  if (n === 0) return [diagnostic("link/no-records", at("sources", source), { source })];
  if (named < n) return [diagnostic("link/no-ids", place, { source, n: n - named })];
  if (distinct < n) return [diagnostic("link/repeated-ids", place, { source, n: n - distinct })];
  return [];
}

async function factsOf(session: Session, id: string, { model }: ResolvedMatch): Promise<ColumnFacts[]> {
  const found: ColumnFacts[] = [];
  for (const [place, { needs, dictionary }] of model.columns.entries()) {
    const n = countName(place);
    const typed = (["day", "number"] as const).filter((need) => needs.includes(need));
    const sums = typed.map(
      (need) => `, coalesce(sum(${n}) FILTER (WHERE ${need} IS NOT NULL), 0) AS "${need}"`,
    );
    const row = await session.row(
      id,
      `SELECT coalesce(sum(${n}), 0) AS present, count(*) FILTER (WHERE ${n} > 0) AS different${sums.join("")} FROM ${tables.values(dictionary)}`,
    );
    found.push({
      present: Number(row["present"]),
      distinct: Number(row["different"]),
      ...Object.fromEntries(typed.map((need) => [need, Number(row[need])])),
    });
  }
  return found;
}

/** The share of values that must be dates or numbers for a test of those to mean anything. */
const leastTyped = 0.5;

interface WrongType {
  readonly column: string;
  readonly wanted: "dates" | "numbers";
  readonly share: number;
}

/** Columns that a test takes for dates or numbers, and most of whose values are none. */
function wrongTypes(
  comparison: ResolvedComparison | undefined,
  facts: readonly ColumnFacts[],
  nameOf: (column: number) => string,
): WrongType[] {
  const wanted = (comparison?.levels ?? []).flatMap(({ test }) =>
    test === undefined ? [] : typedColumns(test),
  );
  const keys = [...new Set(wanted.map(([column, of]) => `${column} ${of}`))];
  return keys.flatMap((key) => {
    const [column, of] = key.split(" ") as [string, "day" | "number"];
    const its = facts[Number(column)];
    if (its === undefined || its.present === 0) return [];
    const share = (its[of] ?? 0) / its.present;
    const what = of === "day" ? ("dates" as const) : ("numbers" as const);
    return share < leastTyped ? [{ column: nameOf(Number(column)), wanted: what, share }] : [];
  });
}

function typedColumns(test: ResolvedTest): [number, "day" | "number"][] {
  switch (test.kind) {
    case "apart":
      return [[test.column, test.of]];
    case "share":
      return [[test.column, "number"]];
    case "kilometres":
      return test.columns.map((column) => [column, "number"]);
    case "all":
    case "any":
      return test.tests.flatMap(typedColumns);
    case "not":
      return typedColumns(test.test);
    default:
      return [];
  }
}
