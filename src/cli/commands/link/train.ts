import { trainModel } from "../../../engine/link-files.ts";
import { modelIn, readTrained } from "../../../engine/linkage-results.ts";
import type { TrainedModel } from "../../../model/linkage/train/trained-model.ts";
import type { Verb } from "../../command.ts";
import { runProgress } from "../../render/progress.ts";
import { renderTable } from "../../render/table.ts";
import { collect, type EngineOptions, engineOf, engineOptions, inputOf } from "./options.ts";

interface LinkTrainOptions extends EngineOptions {
  readonly out: string;
  readonly input: readonly string[];
}

/** `dars link train`: a linkage's model, and no links. */
export const linkTrainVerb: Verb = (link, answer) => {
  const [memory, threads] = engineOptions;
  link
    .command("train")
    .description("learn a linkage's model, from rules, labels or a truth; nothing is linked")
    .argument("<file>", "the linkage's YAML file")
    .requiredOption("--out <dir>", "the folder for model.json")
    .option("--input <name=file>", "a file to read for a source, in place of the one named", collect, [])
    .option(...memory)
    .option(...threads)
    .action(
      answer(async (context, file: string, options: LinkTrainOptions) => {
        const progress = runProgress(context.progress);
        await trainModel({
          linkage: file,
          out: options.out,
          inputs: Object.fromEntries(options.input.map(inputOf)),
          ...engineOf(options),
          now: context.now,
          signal: context.signal,
          progress,
        }).finally(progress.end);
        const model = await readTrained(modelIn(options.out));
        return { json: model, text: `${render(model)}\n\n${modelIn(options.out)}` };
      }),
    );
};

function render({ learned, lambda }: TrainedModel): string {
  const rows = learned.sessions.map(({ rule, pairs, history, converged }) => [
    rule,
    pairs,
    history.length,
    converged ? "yes" : "no",
  ]);
  const share = `One pair in ${Math.round(1 / lambda).toLocaleString("en-GB")} is a match.`;
  if (rows.length === 0) return share;
  return `${renderTable(["learned from", "pairs", "iterations", "settled"], rows, [44, null, null, null])}\n\n${share}`;
}
