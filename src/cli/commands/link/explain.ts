import { refuse } from "../../../base/diagnostics.ts";
import { type ExplainedPair, explainPair } from "../../../engine/explain-pair.ts";
import { modelIn } from "../../../engine/linkage-results.ts";
import { masked } from "../../../model/linkage/evaluate/mask.ts";
import { shownList } from "../../../model/linkage/values/list-text.ts";
import { probabilityOf } from "../../../model/linkage/weights.ts";
import type { Verb } from "../../command.ts";
import { renderTable, wrap } from "../../render/table.ts";
import { collect, type EngineOptions, engineOf, engineOptions, inputOf } from "./options.ts";

interface LinkExplainOptions extends EngineOptions {
  readonly model?: string;
  readonly from?: string;
  readonly input: readonly string[];
  readonly showValues?: boolean;
}

/** `dars link explain`: how the weight of one pair adds up. */
export const linkExplainVerb: Verb = (link, answer) => {
  const [memory, threads] = engineOptions;
  link
    .command("explain")
    .description("show how the weight of one pair of records adds up")
    .argument("<file>", "the linkage's YAML file")
    .argument("<a>", "a record's id; SOURCE:ID where there are several sources")
    .argument("<b>", "the other record")
    .option("--model <file>", "the trained model.json, where the YAML names none")
    .option("--from <dir>", "the results of link run, with the model in them")
    .option("--input <name=file>", "a file to read for a source, in place of the one named", collect, [])
    .option("--show-values", "print the records' values: they are people's own; without it their shapes")
    .option(...memory)
    .option(...threads)
    .action(
      answer(async (_, file: string, a: string, b: string, options: LinkExplainOptions) => {
        const found = await explainPair({
          file,
          pair: [a, b],
          model: modelOf(options),
          inputs: Object.fromEntries(options.input.map(inputOf)),
          ...engineOf(options),
        });
        const shown = options.showValues ? found : withMasks(found);
        return { json: shown, text: render(shown) };
      }),
    );
};

function modelOf({ model, from }: LinkExplainOptions): string | undefined {
  if (from === undefined) return model;
  if (model === undefined) return modelIn(from);
  const detail = "two models are given";
  return refuse("spec/usage", { file: "--from" }, { detail, fix: "write --model or --from" });
}

function withMasks(found: ExplainedPair): ExplainedPair {
  const values = found.values.map((them) =>
    them.map((its) => ({ ...its, values: its.values.map((text) => (text === null ? null : masked(text))) })),
  );
  return { ...found, values };
}

const widths = [14, 22, 11, 11, 6, 7] as const;

function render({ score, threshold, values, rules }: ExplainedPair): string {
  let sum = score.prior;
  const rows = score.comparisons.flatMap(({ comparison, label, weight, frequency }, c) => {
    sum += weight;
    const [left, right] = [0, 1].map((side) => shownValue(values[c] ?? [], side));
    const row = [comparison, label, left ?? "", right ?? "", bits(weight), bits(sum)];
    if (frequency === 0) return [row];
    sum += frequency;
    return [row, ["", "how common it is", "", "", bits(frequency), bits(sum)]];
  });
  const prior = ["", "two records at random", "", "", "", bits(score.prior)];
  const table = renderTable(
    ["comparison", "level", "left", "right", "bits", "sum"],
    [prior, ...rows],
    widths,
  );
  const reached = score.weight >= threshold ? "reaches" : "does not reach";
  const together =
    rules.length === 0
      ? "No blocking rule brings the two together, so link run does not compare them."
      : `Brought together by: ${rules.join("; ")}.`;
  const verdict = `Match weight ${bits(score.weight)} bits, probability ${percent(score.probability)}: ${reached} the threshold of ${bits(threshold)} bits (${percent(probabilityOf(threshold))}).`;
  return `${table}\n\n${wrap(verdict)}\n${wrap(together)}`;
}

/** The plain columns of a comparison; where there are none, its expressions. */
function shownValue(values: ExplainedPair["values"][number], side: number): string {
  const plain = values.filter(({ column }) => /^[\w"]+$/.test(column));
  return (plain.length > 0 ? plain : values).map((its) => shownList(its.values[side] ?? "–")).join(" · ");
}

const bits = (weight: number): string => (weight < 0 ? "−" : "+") + Math.abs(weight).toFixed(2);

function percent(share: number): string {
  if (share > 0.9999) return ">99.99%";
  return share < 0.0001 ? "<0.01%" : `${(100 * share).toFixed(2)}%`;
}
