import { linkFiles } from "../../../engine/link-files.ts";
import type { Verb } from "../../command.ts";
import { runProgress } from "../../render/progress.ts";
import { renderRun } from "../run.ts";
import { planOption } from "../run-options.ts";
import { collect, type EngineOptions, engineOf, engineOptions, inputOf } from "./options.ts";

interface LinkRunOptions extends EngineOptions {
  readonly out: string;
  readonly input: readonly string[];
  readonly previous?: string;
  readonly plan?: string;
  readonly resume?: boolean;
}

/** `dars link run`: a linkage's specification, on files, into a folder. */
export const linkRunVerb: Verb = (link, answer) => {
  const [memory, threads] = engineOptions;
  link
    .command("run")
    .description("link files; links, clusters and the trained model are written to a folder")
    .argument("<file>", "the linkage's YAML file")
    .requiredOption("--out <dir>", "the folder for the results")
    .option("--input <name=file>", "a file to read for a source, in place of the one named", collect, [])
    .option("--previous <dir>", "an earlier linkage's results, whose cluster ids are kept")
    .option(...planOption)
    .option("--resume", "go on with the last unfinished run into this folder")
    .option(...memory)
    .option(...threads)
    .action(
      answer(async (context, file: string, options: LinkRunOptions) => {
        const progress = runProgress(context.progress);
        const result = await linkFiles({
          linkage: file,
          out: options.out,
          inputs: Object.fromEntries(options.input.map(inputOf)),
          previous: options.previous,
          plan: options.plan,
          resume: options.resume,
          ...engineOf(options),
          now: context.now,
          signal: context.signal,
          progress,
        }).finally(progress.end);
        const warnings = result.warnings.map((text) => `warning: ${text}\n`).join("");
        const text = `${warnings}${renderRun(result.record)}\n\n${result.files.map((name) => `${options.out}/${name}`).join("\n")}`;
        return { json: result, text };
      }),
    );
};
