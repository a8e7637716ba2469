import { resolve } from "node:path";
import { Refusal } from "../../base/diagnostics.ts";
import { verifyDelivery } from "../../engine/verify.ts";
import type { CommonOptions, Verb } from "../command.ts";
import { formatCount } from "../render/table.ts";

/** `dars verify DELIVERY`: is this delivery what was sent? Needs no workspace. */
export const verifyVerb: Verb = (program, answer) => {
  program
    .command("verify")
    .description("check a delivery against its manifests, as its recipient; needs no workspace")
    .argument("<delivery>", "the delivery's folder")
    .addHelpText("after", "\nExit: 0 as it was sent · 9 something was changed, is missing or is too much")
    .action(
      answer(async (_context, folder: string, _options: CommonOptions) => {
        const result = await verifyDelivery(resolve(folder));
        if (result.diagnostics.length > 0) throw new Refusal(result.diagnostics);
        return {
          json: { delivery: resolve(folder), files: result.files, bytes: result.bytes, diagnostics: [] },
          text: `${folder}: as it was sent. ${formatCount(result.files)} files agree with their SHA-256, none is missing, none too many.`,
        };
      }),
    );
};
