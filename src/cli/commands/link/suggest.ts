import { basename } from "node:path";
import { refuse } from "../../../base/diagnostics.ts";
import { type SuggestedFile, suggestLinkage } from "../../../engine/suggest-linkage.ts";
import type { Verb } from "../../command.ts";
import { collect, type EngineOptions, engineOf, engineOptions, pairOf } from "./options.ts";

interface LinkSuggestOptions extends EngineOptions {
  readonly id: readonly string[];
  readonly ignore: readonly string[];
}

/** `dars link suggest`: a specification for files that nobody has linked yet, to read and to run. */
export const linkSuggestVerb: Verb = (link, answer) => {
  const [memory, threads] = engineOptions;
  link
    .command("suggest")
    .description("look at files, and print how they could be linked, as YAML for link run")
    .argument("<file...>", "CSV or Parquet: one to search for duplicates, two or more to link")
    .requiredOption(
      "--id <[file=]column>",
      "the column that names each record; FILE=COLUMN for one file",
      collect,
      [],
    )
    .option("--ignore <column>", "a column that is not to be used, such as a known truth", collect, [])
    .option(...memory)
    .option(...threads)
    .action(
      answer(async (_, files: readonly string[], options: LinkSuggestOptions) => {
        const found = await suggestLinkage({
          files: withIds(files, options.id),
          ignored: options.ignore,
          ...engineOf(options),
        });
        return { json: found, text: found.yaml.trimEnd() };
      }),
    );
};

/** Each file's id: its own where it is named by its path or its last part, else the one for all. */
function withIds(files: readonly string[], ids: readonly string[]): SuggestedFile[] {
  const own = ids.flatMap((text) => {
    const pair = pairOf(text);
    return pair !== undefined && files.some((file) => isNamed(file, pair[0])) ? [pair] : [];
  });
  const [shared] = ids.filter((text) => own.every(([file, id]) => text !== `${file}=${id}`));
  return files.map((file) => {
    const id = own.find(([name]) => isNamed(file, name))?.[1] ?? shared;
    if (id !== undefined) return { file, id };
    return refuse(
      "spec/usage",
      { file: "--id" },
      { detail: `no id for ${file}`, fix: `write --id ${basename(file)}=COLUMN` },
    );
  });
}

function isNamed(file: string, name: string): boolean {
  return file === name || basename(file) === name;
}
