import { refuse } from "../../../base/diagnostics.ts";
import { evaluateLinkage, type LinkageEvaluation } from "../../../engine/evaluate-linkage.ts";
import type { Verb } from "../../command.ts";
import { formatCount, renderTable, wrap } from "../../render/table.ts";
import { type EngineOptions, engineOf, engineOptions } from "./options.ts";

interface LinkEvaluateOptions extends EngineOptions {
  readonly truth?: string;
  readonly labels?: string;
}

/** `dars link evaluate`: how right a linkage is. */
export const linkEvaluateVerb: Verb = (link, answer) => {
  const [memory, threads] = engineOptions;
  link
    .command("evaluate")
    .description("compare results with the truth; without one, tell the errors that the model expects")
    .argument("<dir>", "the results of link run")
    .option("--truth <column>", "a column of every source that names the true person")
    .option("--labels <file>", "labelled pairs: source_l, id_l, source_r, id_r, label (0 to 1)")
    .option(...memory)
    .option(...threads)
    .action(
      answer(async (_, folder: string, options: LinkEvaluateOptions) => {
        const { truth, labels } = options;
        if (truth !== undefined && labels !== undefined) {
          const fix = "write --truth or --labels";
          refuse("spec/usage", { file: "--labels" }, { detail: "two truths are given", fix });
        }
        const found = await evaluateLinkage({ folder, truth, labels, ...engineOf(options) });
        return { json: found, text: render(found) };
      }),
    );
};

function render(found: LinkageEvaluation): string {
  const { clusters, bCubed, blocking } = found;
  const parts = [
    clusters &&
      renderTable(
        ["", "precision", "recall", "F1", "found", "true", "right"],
        [
          ["clusters, by pairs", ...shares(clusters), clusters.found, clusters.wanted, clusters.right],
          ...(bCubed === undefined
            ? []
            : [["clusters, by records (B³)", ...shares(bCubed), "", bCubed.records, ""]]),
        ],
      ),
    blocking && renderBlocking(blocking),
    renderExpected(found),
    renderCurve(found),
  ];
  return parts.filter((part) => part !== undefined).join("\n\n");
}

function shares({
  precision,
  recall,
  f1,
}: {
  precision: number | undefined;
  recall: number | undefined;
  f1: number | undefined;
}): string[] {
  return [precision, recall, f1].map(shareText);
}

function shareText(value: number | undefined): string {
  return value === undefined ? "–" : value.toFixed(4);
}

function renderBlocking({
  wanted,
  reached,
  recall,
  rules,
}: NonNullable<LinkageEvaluation["blocking"]>): string {
  const head = `Blocking brings together ${formatCount(reached)} of ${formatCount(wanted)} true pairs (${shareText(recall)}).`;
  const rows = rules.map(({ rule, reached: n }) => [
    rule,
    n,
    shareText(wanted === 0 ? undefined : n / wanted),
  ]);
  return `${wrap(head)}\n\n${renderTable(["rule", "true pairs", "recall"], rows, [50, null, null])}`;
}

/** Bits between which thresholds are chosen; the JSON has all. */
const [leastShown, mostShown] = [-10, 20];

function renderExpected({ expected: { links, wrong, matches, missed } }: LinkageEvaluation): string {
  const count = (n: number) => formatCount(Math.round(n));
  return wrap(
    `By its own probabilities the model expects ${count(matches)} matches; ${count(wrong)} of the ${count(links)} links are expected to be none, and ${count(missed)} matches are expected not to be links.`,
  );
}

function renderCurve({ curve, keep, clusters }: LinkageEvaluation): string {
  const isKnown = clusters !== undefined;
  const shown = curve.filter(({ bits }) => bits <= mostShown && bits >= leastShown);
  const rows = shown.map(({ bits, pairs, expected, ...quality }) => [
    `${bits < 0 ? "−" : "+"}${Math.abs(bits)}`,
    pairs,
    ...(isKnown ? shares(quality) : []),
    shareText(expected),
  ]);
  const head = ["from bits", "pairs", ...(isKnown ? ["precision", "recall", "F1"] : []), "expected right"];
  const note =
    keep === "links"
      ? "Of the links alone; with keep: scored in the linkage, of every scored pair."
      : "Of every scored pair, before links are chosen among them.";
  return `${renderTable(head, rows)}\n\n${note}`;
}
