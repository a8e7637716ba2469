import { type Diagnostic, diagnostic } from "../../base/diagnostics.ts";
import { exportSplink } from "../../model/linkage/splink/export-model.ts";
import { importSplink, type SplinkLinkage } from "../../model/linkage/splink/import-model.ts";
import type { TrainedModel } from "../../model/linkage/train/trained-model.ts";
import type { MatchSpec } from "./match-spec.ts";
import { matchYaml } from "./match-yaml.ts";
import { fixedNumbers } from "./model-schema.ts";

type Made<T> = T | { readonly diagnostics: readonly Diagnostic[] };

/** What a Splink model does not say: the sources' files by name, and the id where it is another. */
export interface SplinkSources {
  readonly files: readonly (readonly [name: string, file: string])[];
  readonly id: string | undefined;
}

/**
 * A specification of a Splink model, in YAML, with its numbers fixed; what Splink had not trained is left to learn.
 *
 * In: the file's JSON, parsed. No files: one named records.csv, or two, to be filled in.
 * Errors: link/no-counterpart for each part that has none; spec/usage where its link type takes other sources.
 */
export function specificationOfSplink(
  json: unknown,
  file: string,
  { files, id }: SplinkSources,
): Made<{ readonly yaml: string }> {
  const { linkage, problems } = importSplink(json);
  if (linkage === undefined) return refused(problems, file);
  const isAlone = linkage.linkType === "dedupe_only";
  const named =
    files.length > 0 ? files : isAlone ? [unnamed("records")] : [unnamed("left"), unnamed("right")];
  if (isAlone !== (named.length === 1)) {
    const detail = `the model is for ${isAlone ? "one source" : "two sources or more"}, not ${named.length}`;
    const fix = `name ${isAlone ? "one file" : "each file"} as --input NAME=FILE`;
    return { diagnostics: [diagnostic("spec/usage", { file: "--input" }, { detail, fix })] };
  }
  const isTrained = linkage.comparisons.every(fixedNumbers);
  const heading = [
    `Taken from the Splink model ${file}.`,
    ...(files.length > 0 ? [] : ["Write your own files under sources."]),
    ...(isTrained ? [] : ["Levels without m or u are learned: Splink had not trained them."]),
  ];
  const sources = Object.fromEntries(
    named.map(([name, path]) => [name, { file: path, id: id ?? linkage.idColumn }]),
  );
  return { yaml: matchYaml({ sources, ...stepOf(linkage, Object.keys(sources), isTrained) }, { heading }) };
}

const unnamed = (name: string): [string, string] => [name, `${name}.csv`];

type Step = Pick<MatchSpec, "compare" | "comparisons" | "blocking" | "lambda" | "training">;

function stepOf(
  { linkType, lambda, ...model }: SplinkLinkage,
  names: readonly string[],
  isTrained: boolean,
): Step {
  const blocking = model.blocking.map((rule) => [...rule]);
  const pairs = names.flatMap((a, i) => names.slice(i).map((b): [string, string] => [a, b]));
  return {
    ...(linkType === "link_and_dedupe" ? { compare: pairs } : {}),
    comparisons: model.comparisons as MatchSpec["comparisons"],
    blocking,
    ...(isTrained ? { lambda } : { training: { lambda, rules: blocking } as MatchSpec["training"] }),
  };
}

/** How a model is written for Splink: its id where the sources' differ, and whether the blocking rules go with it. */
export interface SplinkForm {
  readonly id: string | undefined;
  readonly version: 4 | 5;
  readonly hasBlocking: boolean;
}

/**
 * A trained model in the form that Splink saves.
 *
 * Errors: link/no-counterpart for each part that has none; spec/usage where the sources' ids have several names.
 */
export function splinkOfModel(
  model: TrainedModel,
  file: string,
  { id, version, hasBlocking }: SplinkForm,
): Made<{ readonly json: object }> {
  const { sources, compare, lambda, comparisons } = model;
  const blocking = hasBlocking ? model.blocking : [];
  const ids = [...new Set(Object.values(sources).map((source) => source.id))];
  const [idColumn] = id === undefined ? ids : [id];
  if (idColumn === undefined || (id === undefined && ids.length > 1)) {
    const detail = `the sources name their records by ${ids.join(" and ")}; Splink has one name for all`;
    return {
      diagnostics: [diagnostic("spec/usage", { file: "--id" }, { detail, fix: "write --id COLUMN" })],
    };
  }
  const isWithin = (compare ?? []).some(([a, b]) => a === b);
  const isAlone = Object.keys(sources).length === 1;
  const linkType = isAlone ? "dedupe_only" : isWithin ? "link_and_dedupe" : "link_only";
  const linkage = { linkType, idColumn, lambda, comparisons, blocking } as const;
  const { json, problems } = exportSplink(linkage, { version });
  return json === undefined ? refused(problems, file) : { json };
}

function refused(problems: readonly string[], file: string): { readonly diagnostics: readonly Diagnostic[] } {
  return { diagnostics: problems.map((problem) => diagnostic("link/no-counterpart", { file }, { problem })) };
}
