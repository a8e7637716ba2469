import { availableParallelism, totalmem } from "node:os";
import { refuse } from "../../base/diagnostics.ts";
import { linkFiles } from "../../engine/link-files.ts";
import type { CommonOptions, Verb } from "../command.ts";
import { runProgress } from "../render/progress.ts";
import { renderRun } from "./run.ts";

interface LinkRunOptions extends CommonOptions {
  readonly out: string;
  readonly input: readonly string[];
  readonly memory?: string;
  readonly threads?: string;
}

/** `dars link …`: probabilistic linkage of files. */
export const linkVerb: Verb = (program, answer) => {
  const link = program.command("link").description("link files by a model that is learned from them");
  link
    .command("run")
    .description("link files; links, clusters, the trained model and its report are written to a folder")
    .argument("<file>", "the linkage's YAML file")
    .requiredOption("--out <dir>", "the folder for the results")
    .option("--input <name=file>", "a file to read for a source, in place of the one named", collect, [])
    .option("--memory <size>", "bound of the process, such as 4GB (default: half of the machine's)")
    .option("--threads <n>", "threads (default: as many as there are processors)")
    .action(
      answer(async (context, file: string, options: LinkRunOptions) => {
        const progress = runProgress(context.progress);
        const result = await linkFiles({
          file,
          out: options.out,
          inputs: Object.fromEntries(options.input.map(inputOf)),
          memoryBytes: memoryOf(options.memory),
          threads: threadsOf(options.threads),
          now: context.now,
          signal: context.signal,
          progress,
        }).finally(progress.end);
        const text = `${renderRun(result.record)}\n\n${result.files.map((name) => `${options.out}/${name}`).join("\n")}`;
        return { json: result, text };
      }),
    );
};

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function inputOf(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1)
    refuse(
      "spec/usage",
      { file: "--input" },
      { detail: "no source is named", fix: "write --input NAME=FILE" },
    );
  return [text.slice(0, at), text.slice(at + 1)];
}

function memoryOf(text: string | undefined): number {
  if (text === undefined) return Math.floor(totalmem() / 2);
  const found = /^(\d{1,6}(?:\.\d{1,3})?)(MB|GB)$/.exec(text);
  if (found === null)
    return refuse(
      "spec/usage",
      { file: "--memory" },
      { detail: "not a size", fix: 'write the size as "4GB" or "512MB"' },
    );
  return Math.round(Number(found[1]) * (found[2] === "GB" ? 1e9 : 1e6));
}

function threadsOf(text: string | undefined): number {
  if (text === undefined) return availableParallelism();
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  return refuse(
    "spec/usage",
    { file: "--threads" },
    { detail: "not a number of threads", fix: "write a whole number from 1" },
  );
}
