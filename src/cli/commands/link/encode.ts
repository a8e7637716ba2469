import { refuse } from "../../../base/diagnostics.ts";
import { encodeFile } from "../../../engine/encode/encode-file.ts";
import type { Sidecar } from "../../../engine/encode/sidecar.ts";
import { encodingWarnings } from "../../../model/linkage/encode/warnings.ts";
import type { Verb } from "../../command.ts";
import { formatCount, renderTable, wrap } from "../../render/table.ts";
import { collect, type EngineOptions, engineOf, engineOptions, pairOf } from "./options.ts";

interface LinkEncodeOptions extends EngineOptions {
  readonly id: string;
  readonly spec: string;
  readonly keyFile: string;
  readonly out: string;
  readonly column: readonly string[];
}

/** `dars link encode`: a file that can be sent in place of names. */
export const linkEncodeVerb: Verb = (link, answer) => {
  const [memory, threads] = engineOptions;
  link
    .command("encode")
    .description("write a file's names and dates as tokens and bit vectors under a key, to link by those")
    .argument("<file>", "CSV or Parquet")
    .requiredOption("--id <column>", "the column that names each record: it alone stays as it is")
    .requiredOption("--spec <file>", "what is encoded, as YAML: the same for all parties")
    .requiredOption("--key-file <file>", "32 bytes or more, the same for all parties, readable by you alone")
    .requiredOption("--out <file>", "the encoded file, .parquet or .csv; its sidecar stands beside it")
    .option("--column <name=expr>", "a column that this file names or writes otherwise", collect, [])
    .option(...memory)
    .option(...threads)
    .action(
      answer(async (_, file: string, options: LinkEncodeOptions) => {
        const { id, spec, keyFile, out } = options;
        const columns = Object.fromEntries(options.column.map(columnOf));
        const found = await encodeFile({ file, id, spec, keyFile, out, columns, ...engineOf(options) });
        const warnings = encodingWarnings(found.spec);
        const { files, sidecar } = found;
        return { json: { files, sidecar, warnings }, text: render(files, sidecar, warnings) };
      }),
    );
};

/** The two sides of --column NAME=EXPRESSION. Errors: spec/usage. */
function columnOf(text: string): [string, string] {
  const fix = "write --column NAME=EXPRESSION";
  return pairOf(text) ?? refuse("spec/usage", { file: "--column" }, { detail: "no column is named", fix });
}

function render(files: readonly string[], sidecar: Sidecar, warnings: readonly string[]): string {
  const rows = Object.entries(sidecar.columns).map(([name, { kind, of, bits }]) => [
    name,
    bits === undefined ? kind : `${kind}, ${bits} bits`,
    of.join(", "),
  ]);
  const table = renderTable(["column", "kind", "made of"], rows, [24, 16, 36]);
  const same = `Key check ${sidecar.key}, settings ${sidecar.settings}: every party of the linkage must see the same two.`;
  const told = warnings.map((warning) => wrap(`! ${warning}`)).join("\n");
  return `${table}\n\n${formatCount(sidecar.records)} records\n${wrap(same)}\n\n${told}\n\n${files.join("\n")}`;
}
