import type { CountedRule } from "../../model/linkage/profile/choose-blocking.ts";
import { columnText, type LinkageColumn } from "../../model/linkage/profile/columns.ts";
import type { Proposal } from "../../model/linkage/profile/propose.ts";
import type { MatchSpec } from "./match-spec.ts";

/** A file that a linkage is suggested for. */
export interface SuggestedSource {
  readonly name: string;
  readonly file: string;
  readonly id: string;
  readonly delimiter?: string;
  /** Whether a person may have several records in it. */
  readonly hasDuplicates: boolean;
}

/** What a match step is written with. */
export type SuggestedMatch = Pick<
  MatchSpec,
  "sources" | "compare" | "comparisons" | "blocking" | "training" | "decision"
>;

/** The sources of a match step, each with the names that it has for the model's columns. */
export function sourcesOf(
  sources: readonly SuggestedSource[],
  columns: readonly LinkageColumn[],
): MatchSpec["sources"] {
  return Object.fromEntries(
    sources.map(({ name, file, id, delimiter }, s) => {
      const own = columns.flatMap((column) => {
        const text = column.sources[s];
        return text === columnText(column.name) ? [] : [[column.name, text ?? null] as const];
      });
      const named = own.length === 0 ? {} : { columns: Object.fromEntries(own) };
      return [name, { file, id, ...(delimiter === undefined ? {} : { delimiter }), ...named }];
    }),
  );
}

/** The match step of a proposal. */
export function suggestedMatch(
  sources: readonly SuggestedSource[],
  columns: readonly LinkageColumn[],
  { comparisons, training }: Proposal,
  blocking: readonly CountedRule[],
): SuggestedMatch {
  return {
    sources: sourcesOf(sources, columns),
    ...decisionFor(sources),
    comparisons: comparisons as MatchSpec["comparisons"],
    blocking: blocking.map(({ rule }) => [...rule]),
    training: { rules: training.map((rule) => [...rule]) } as MatchSpec["training"],
  };
}

/**
 * Records of one person are clusters, but between two sources without duplicates, where each has one partner at most.
 * A source with duplicates is compared with itself too, so that what its records say of one another counts.
 */
function decisionFor(sources: readonly SuggestedSource[]): Pick<SuggestedMatch, "compare" | "decision"> {
  const at_least = { probability: 0.5 };
  const single = sources.filter(({ hasDuplicates }) => !hasDuplicates).map(({ name }) => name);
  if (sources.length === 1) return { decision: { links: "clusters", at_least, cut } };
  if (sources.length === 2 && single.length === 2) return { decision: { links: "one_to_one", at_least } };
  const compare = sources.flatMap((a, i) =>
    sources.flatMap((b, j): [string, string][] =>
      i < j || (i === j && a.hasDuplicates) ? [[a.name, b.name]] : [],
    ),
  );
  const without = single.length === 0 ? {} : { without_duplicates: single };
  return { compare, decision: { links: "clusters", at_least, cut, ...without } };
}

/** The least mean weight, in bits, with which two groups of records are joined. */
const cut = -3;
