import { type Diagnostic, diagnostic, nearest } from "../../base/diagnostics.ts";
import type { InputCheckContext } from "../step-kind.ts";
import { ledgerColumns, previous, previousColumns } from "./compile-ledger.ts";
import { sourceName } from "./compile-records.ts";
import { labelColumns, labelsFile } from "./labels-query.ts";
import type { MatchSpec } from "./match-spec.ts";
import { resolveMatch } from "./resolve-match.ts";

/** Every column that the model and its rules look at, and the id, is in every source; and a file of labels has its columns. */
export function checkInputs(spec: MatchSpec, { inputs, at }: InputCheckContext): Diagnostic[] {
  const sources = Object.entries(spec.sources);
  const { model } = resolveMatch({ ...spec, sources: sources.map(([name]) => name) });
  const bases = [...new Set(model.columns.flatMap((column) => column.bases))];
  const place = spec.learned === undefined ? at("comparisons") : at("model");
  const columnsOf = (input: string) =>
    inputs[input]?.scan.relation.columns.map((column) => column.name) ?? [];
  const missing = sources.flatMap(([source, { id, columns = {} }]) => {
    const known = columnsOf(sourceName(source));
    const wanted = [id, ...bases.filter((base) => !Object.hasOwn(columns, base))];
    const absent = wanted.filter((name) => !known.includes(name));
    // A first line without any of them may be no header, and then its names are somebody's values.
    if (absent.length === wanted.length && bases.length > 0) {
      return [diagnostic("link/wrong-header", at("sources", source), { source, columns: known.length })];
    }
    return absent.map((column, i) => {
      const params = { source, column, near: nearest(column, known) };
      return i === 0 && column === id
        ? diagnostic("spec/unknown-name", at("sources", source, "id"), {
            ...{ what: "column", name: id, near: params.near, known },
          })
        : diagnostic("link/unknown-column", place, params);
    });
  });
  const wrong = [...missing, ...checkPrevious(spec, { inputs, at })];
  if (inputs[labelsFile] === undefined) return wrong;
  const known = columnsOf(labelsFile);
  const unlabelled = labelColumns
    .filter((name) => !known.includes(name))
    .map((name) =>
      diagnostic("spec/unknown-name", at("training", "labels", "file"), {
        ...{ what: "column", name, near: nearest(name, known), known },
      }),
    );
  return [...wrong, ...unlabelled];
}

/** Files of the linkage before have the columns that such files have. */
function checkPrevious(
  { previous: from }: MatchSpec,
  { inputs, at }: Pick<InputCheckContext, "inputs" | "at">,
): Diagnostic[] {
  if (typeof from !== "object") return [];
  const files = { clusters: previousColumns, ledger: ledgerColumns };
  return (["clusters", "ledger"] as const).flatMap((file) => {
    const found = inputs[previous[file]]?.scan.relation.columns;
    if (found === undefined) return [];
    const wrong = files[file].filter(({ name, type }) => {
      const its = found.find((column) => column.name === name);
      return its === undefined || (type !== "varchar" && its.type !== "bigint");
    });
    if (wrong.length === 0) return [];
    const names = wrong.map(({ name }) => name);
    return [diagnostic("link/no-clusters", at("previous", file), { file, columns: names })];
  });
}
