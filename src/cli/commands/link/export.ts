import { Refusal, refuse } from "../../../base/diagnostics.ts";
import { readTrained } from "../../../engine/linkage-results.ts";
import { splinkOfModel } from "../../../steps/match/splink-files.ts";
import type { CommonOptions, Verb } from "../../command.ts";

interface LinkExportOptions extends CommonOptions {
  readonly id?: string;
  readonly splink: string;
  readonly blocking: boolean;
}

/** `dars link export`: a trained model, for Splink to load. */
export const linkExportVerb: Verb = (link, answer) => {
  link
    .command("export")
    .description("print a trained model as the JSON that Splink loads")
    .argument("<file>", "the model.json of link train or link run")
    .option("--id <column>", "the column that names each record, where the sources' differ")
    .option("--splink <version>", "4 or 5", "5")
    .option("--no-blocking", "leave the blocking rules out, as those that Splink cannot express")
    .action(
      answer(async (_, file: string, { id, splink, blocking }: LinkExportOptions) => {
        const made = splinkOfModel(await readTrained(file), file, {
          id,
          version: versionOf(splink),
          hasBlocking: blocking,
        });
        if ("diagnostics" in made) throw new Refusal(made.diagnostics);
        return { json: made.json, text: JSON.stringify(made.json, undefined, 2) };
      }),
    );
};

function versionOf(text: string): 4 | 5 {
  if (text === "4" || text === "5") return text === "4" ? 4 : 5;
  const detail = "there is no such version of Splink's models";
  return refuse("spec/usage", { file: "--splink" }, { detail, fix: "write 4 or 5" });
}
