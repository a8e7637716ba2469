import type { Verb } from "../../command.ts";
import { linkEncodeVerb } from "./encode.ts";
import { linkEvaluateVerb } from "./evaluate.ts";
import { linkExplainVerb } from "./explain.ts";
import { linkExportVerb } from "./export.ts";
import { linkImportVerb } from "./import.ts";
import { linkReviewVerb } from "./review.ts";
import { linkRunVerb } from "./run.ts";
import { linkSuggestVerb } from "./suggest.ts";
import { linkTrainVerb } from "./train.ts";

/** `dars link …`: probabilistic linkage, from a suggestion to links. */
export const linkVerb: Verb = (program, answer) => {
  const link = program.command("link").description("link files by a model that is learned from them");
  for (const verb of [
    linkSuggestVerb,
    linkTrainVerb,
    linkRunVerb,
    linkEvaluateVerb,
    linkExplainVerb,
    linkReviewVerb,
    linkEncodeVerb,
    linkImportVerb,
    linkExportVerb,
  ])
    verb(link, answer);
};
