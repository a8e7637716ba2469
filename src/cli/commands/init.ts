import { resolve } from "node:path";
import { initWorkspace } from "../../engine/init-workspace.ts";
import type { CommonOptions, Verb } from "../command.ts";

/** `dars init [dir]`: a workspace with examples and a new key. */
export const initVerb: Verb = (program, answer) => {
  program
    .command("init")
    .description("make a workspace with example pipelines, an example agreement and a new key")
    .argument("[dir]", "a new or empty folder", ".")
    .action(
      answer(async (context, dir: string, _options: CommonOptions) => {
        const root = resolve(dir);
        const made = await initWorkspace(root, context.now().slice(0, 10));
        return {
          json: { workspace: root, made },
          text: [
            `A workspace in ${root}: ${made.join(", ")}`,
            "",
            "Next:",
            `  cd ${dir}`,
            "  dars ingest FILE…                          take supplier files in",
            "  dars run pipelines/identify-hes.yaml       give every record its person",
            "  dars plan pipelines/hes-monthly.yaml       see what an extract would do",
          ].join("\n"),
        };
      }),
    );
};
