import { Refusal } from "../../../base/diagnostics.ts";
import { readText } from "../../../engine/run/load-pipeline.ts";
import { parseJson } from "../../../spec/json-text.ts";
import { specificationOfSplink } from "../../../steps/match/splink-files.ts";
import type { CommonOptions, Verb } from "../../command.ts";
import { collect, inputOf } from "./options.ts";

interface LinkImportOptions extends CommonOptions {
  readonly id?: string;
  readonly input: readonly string[];
}

/** `dars link import`: a model that Splink saved, as a specification. */
export const linkImportVerb: Verb = (link, answer) => {
  link
    .command("import")
    .description("print a model that Splink 4 or 5 saved as YAML for link run, its numbers fixed")
    .argument("<file>", "the JSON file that Splink saved")
    .option("--id <column>", "the column that names each record (default: Splink's)")
    .option("--input <name=file>", "a source and its file; once for each source", collect, [])
    .action(
      answer(async (_, file: string, { id, input }: LinkImportOptions) => {
        const parsed = parseJson(await readText(file), file);
        if ("diagnostics" in parsed) throw new Refusal(parsed.diagnostics);
        const made = specificationOfSplink(parsed.value, file, { files: input.map(inputOf), id });
        if ("diagnostics" in made) throw new Refusal(made.diagnostics);
        return { json: made, text: made.yaml };
      }),
    );
};
