import { type Diagnostic, diagnostic } from "../../base/diagnostics.ts";
import { writtenComparison } from "../../model/linkage/ready-made.ts";
import type { Inclusion } from "../step-kind.ts";
import type { MatchSpec, WrittenMatch } from "./match-spec.ts";
import { readModelFile } from "./model-file.ts";

/**
 * A match step takes its comparisons and their numbers from a trained model's file where it names one. Ready-made
 * comparisons stand for their levels.
 */
export const modelInclusion: Inclusion<MatchSpec, WrittenMatch> = {
  key: "model",
  complete: ({ comparisons, model: _, ...rest }, included, { at }) => {
    if (included === undefined) {
      if (comparisons !== undefined)
        return { spec: { ...rest, comparisons: comparisons.map(writtenComparison) } };
      return { diagnostics: [diagnostic("spec/missing-key", at("comparisons"), { key: "comparisons" })] };
    }
    const written = { comparisons, lambda: rest.lambda, training: rest.training };
    const also = Object.entries(written).flatMap(([key, value]) => (value === undefined ? [] : [key]));
    const twice = also.map((key): Diagnostic => diagnostic("link/model-and-more", at(key), { key }));
    const read = readModelFile(included.text, included.file);
    if ("diagnostics" in read) return { diagnostics: [...twice, ...read.diagnostics] };
    if (twice.length > 0) return { diagnostics: twice };
    const { lambda, learned, comparisons: trained } = read.model;
    const spec = { ...rest, lambda, learned, comparisons: trained as MatchSpec["comparisons"] };
    return { spec };
  },
};
