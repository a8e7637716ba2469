import { InvariantError } from "../../../base/diagnostics.ts";
import { outlooks } from "../../../model/linkage/score/bounds.ts";
import { type ComparisonWeights, greatestTerm, weighModel } from "../../../model/linkage/weigh.ts";
import type { HostFunction } from "../../operations.ts";
import { loadColumns } from "./columns.ts";
import type { LinkageContext } from "./context.ts";
import { matchOf } from "./match-params.ts";
import { readModel } from "./model-text.ts";

/**
 * The host function `level_bounds@1`: what each comparison can add at most, by which of its values are the same.
 *
 * In: the model's text. Out: comparison, state (for its first column 0, 1 or 2 for two values, one, or a missing one; for
 * the next three times that …), units; without what a value's frequency adds where both have it.
 */
export function bound(context: LinkageContext): HostFunction {
  return async (session, call, inputText) => {
    const { resolved } = matchOf(call);
    const input = await context.input(session, call.id, resolved);
    const trained = await readModel(session, call.id, inputText);
    const { comparisons } = weighModel(resolved.model, trained, input.counts);
    const rows = resolved.model.comparisons.flatMap((comparison, c) => {
      const { levels, terms } = comparisons[c] as ComparisonWeights;
      const mostTerm = comparison.levels.map((_, l) => greatestTerm(terms[l]));
      return outlooks(comparison, levels, mostTerm).map(({ bound }, state) => [c, state, bound]);
    });
    return await loadColumns(session, call.id, call.output, columnsOf(rows, 3));
  };
}

function columnsOf(rows: readonly (readonly number[])[], width: number): Float64Array[] {
  return Array.from({ length: width }, (_, i) => Float64Array.from(rows, (row) => row[i] as number));
}

/**
 * The host functions `level_weights@1` and `term_weights@1`: a model's weights as tables, for plans in SQL.
 *
 * In: the model's text. Out: comparison (−1 for the prior), level, units; or comparison, level, n, units: what a value
 * that occurs n times adds.
 */
export function weigh(context: LinkageContext, of: "levels" | "terms"): HostFunction {
  return async (session, call, inputText) => {
    const { resolved } = matchOf(call);
    const input = await context.input(session, call.id, resolved);
    const trained = await readModel(session, call.id, inputText);
    const { prior, comparisons } = weighModel(resolved.model, trained, input.counts);
    const rows: number[][] = of === "levels" ? [[-1, 0, prior]] : [];
    for (const [c, { levels, terms }] of comparisons.entries()) {
      for (const [l, units] of levels.entries()) {
        if (of === "levels") rows.push([c, l, units]);
        const its = terms[l];
        const term = resolved.model.comparisons[c]?.levels[l]?.term;
        if (of === "levels" || its === undefined || term === undefined) continue;
        const counts = input.counts[term.column];
        if (counts === undefined) throw new InvariantError("a term's column has no counts");
        const byCount = new Map<number, number>();
        for (let id = 1; id < counts.length; id++) byCount.set(counts[id] as number, its[id] as number);
        for (const [n, added] of byCount) rows.push([c, l, n, added]);
      }
    }
    return await loadColumns(session, call.id, call.output, columnsOf(rows, call.output.columns.length));
  };
}
