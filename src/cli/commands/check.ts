import { Refusal } from "../../base/diagnostics.ts";
import { checkFile } from "../../engine/run/check-file.ts";
import type { Verb } from "../command.ts";

/** `dars check FILE…`: every error of pipelines and agreements, with line, column and fix. Touches no data. */
export const checkVerb: Verb = (program, answer) => {
  program
    .command("check")
    .description("find every error of pipelines, agreements or a dars.yaml; touches no data")
    .argument("<file...>", "YAML files")
    .addHelpText("after", "\nExit: 0 all good · 2 something to correct · 4 asks beyond its agreement")
    .action(
      answer(async (_context, files: string[]) => {
        const results = await Promise.all(files.map(checkFile));
        const diagnostics = results.flatMap((result) => result.diagnostics);
        if (diagnostics.length > 0) throw new Refusal(diagnostics);
        return {
          json: { files: results.map(({ file, what }) => ({ file, what })), diagnostics: [] },
          text: results.map(({ file, what }) => `${file}: ${what}, no errors`).join("\n"),
        };
      }),
    );
};
