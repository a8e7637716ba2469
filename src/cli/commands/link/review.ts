import { refuse } from "../../../base/diagnostics.ts";
import { reviewLinkage } from "../../../engine/review/review-linkage.ts";
import type { Verb } from "../../command.ts";
import { wrap } from "../../render/table.ts";
import { type EngineOptions, engineOf, engineOptions } from "./options.ts";

interface LinkReviewOptions extends EngineOptions {
  readonly sample: string;
}

/** `dars link review`: pairs for a person to judge. */
export const linkReviewVerb: Verb = (link, answer) => {
  const [memory, threads] = engineOptions;
  link
    .command("review")
    .description(
      "write a page on which a person judges pairs; it holds identifiers, and its answers are labels",
    )
    .argument("<dir>", "the results of link run; review.html is written there")
    .option("--sample <n>", "pairs to judge, drawn from all weights, nearest to the threshold first", "100")
    .option(...memory)
    .option(...threads)
    .action(
      answer(async (_, folder: string, options: LinkReviewOptions) => {
        const made = await reviewLinkage({ folder, sample: sampleOf(options.sample), ...engineOf(options) });
        const text = [
          `${made.file}: ${made.pairs} pairs`,
          wrap(
            "It holds people's own data: keep it where the records may be kept, open it in a browser, and delete it afterwards.",
          ),
          ...(made.keep === "links"
            ? [
                wrap(
                  "All pairs are links; with keep: scored in the linkage, pairs below the threshold come too.",
                ),
              ]
            : []),
          wrap(
            "The labels.csv that it saves goes to link evaluate --labels, and to training: { labels: … }.",
          ),
        ];
        return { json: made, text: text.join("\n") };
      }),
    );
};

function sampleOf(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  const fix = "write a whole number from 1 to 9999";
  return refuse("spec/usage", { file: "--sample" }, { detail: "not a number of pairs", fix });
}
