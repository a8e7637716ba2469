import { Document, isMap, isSeq } from "yaml";
import type { LinkageReport, ReportedLevel, ReportedSession } from "../../model/linkage/evaluate/report.ts";
import type { Comparison } from "../../model/linkage/model.ts";
import { escapeHtml, paragraph } from "../deliver/html.ts";
import { axisOf } from "./axis.ts";
import { bits, percent, share, small, whole } from "./format.ts";
import { type Cell, dataTable, figure } from "./parts.ts";
import type { Section } from "./section.ts";
import { cellBars, sparkline } from "./svg.ts";

/** The model: what each level weighs, the shares behind that, how they were learned, and what they assume. */
export function modelSections(report: LinkageReport): Section[] {
  const { dependence } = report;
  return [
    { key: "model", title: "Match weights, m and u", body: weights(report) + shares(report) },
    { key: "training", title: "Training", body: training(report) },
    ...(dependence === undefined
      ? []
      : [
          {
            key: "dependence" as const,
            title: "Columns that agree together",
            body: coincidences(dependence),
          },
        ]),
  ];
}

function weights({ model }: LinkageReport): string {
  const learned = model.comparisons.flatMap(({ levels }) =>
    levels.filter(({ fixed }) => fixed !== "veto" && fixed !== "force").map(({ weight }) => weight),
  );
  const axis = axisOf(Math.min(model.prior, ...learned), Math.max(0, ...learned), 6);
  const bar = (weight: number) =>
    cellBars([{ from: 0, to: weight, tone: weight < 0 ? "against" : "for" }], axis);
  const row = (level: ReportedLevel): Cell[] => {
    const { weight, fixed } = level;
    const isBound = fixed === "veto" || fixed === "force";
    return [named(level), isBound ? fixed : bits(weight), isBound ? "" : bar(weight)];
  };
  return [
    paragraph(
      `Before anything is compared, a pair has ${bits(model.prior)} bits: ${small(model.lambda)} of all pairs are matches. Each comparison then adds the weight of the level that holds; a missing value adds nothing.`,
    ),
    dataTable(
      "Weight of each level, in bits, before term frequencies",
      [{ head: "level" }, { head: "bits", as: "n" }, { head: "against and for a match", as: "bar" }],
      [
        { rows: [["before anything is compared", bits(model.prior), bar(model.prior)]] },
        ...model.comparisons.map(({ comparison, levels }) => ({ head: comparison, rows: levels.map(row) })),
      ],
    ),
  ].join("");
}

function named({ label, termFrequency }: ReportedLevel): Cell {
  const tag = termFrequency ? ' <span class="tag">by how common the value is</span>' : "";
  return { html: `${escapeHtml(label)}${tag}` };
}

function shares({ model }: LinkageReport): string {
  const axis = { from: 0, to: 1, ticks: [] };
  const hasErrors = model.comparisons.some(({ levels }) =>
    levels.some(({ standardError }) => standardError !== null),
  );
  const row = ({ label, m, u, mFrom, standardError }: ReportedLevel): Cell[] => [
    mFrom === "assumed" ? { html: `${escapeHtml(label)} <span class="tag">m not learned</span>` } : label,
    small(m),
    ...(hasErrors ? [standardError === null ? "" : `± ${small(standardError)}`] : []),
    small(u),
    cellBars(
      [
        { from: 0, to: m ?? 0, tone: "for" },
        { from: 0, to: u ?? 0, tone: "plain" },
      ],
      axis,
    ),
  ];
  const assumed = model.comparisons.some(({ levels }) => levels.some(({ mFrom }) => mFrom === "assumed"));
  return [
    paragraph(
      "m: how often a level holds among matches. u: how often among other pairs. A weight is log₂(m ÷ u).",
    ),
    dataTable(
      "m and u of each level",
      [
        { head: "level" },
        { head: "m", as: "n" },
        ...(hasErrors ? [{ head: "error of m", as: "n" } as const] : []),
        { head: "u", as: "n" },
        { head: "m above, u below", as: "bar" },
      ],
      model.comparisons.map(({ comparison, levels }) => ({ head: comparison, rows: levels.map(row) })),
    ),
    hasErrors
      ? paragraph(
          "±: the standard error, which takes pairs as independent of one another; as they share records, the truth is somewhat wider.",
        )
      : "",
    assumed
      ? paragraph(
          "Not learned: no pair of the training rules shows this level, so that its m stands where learning starts. Add a rule whose pairs show it, or state its m.",
        )
      : "",
  ].join("");
}

const found = {
  stated: "was stated by the specification",
  rules: "was found by rules that only matches agree on",
  learned: "was learned from the candidate pairs",
  assumed: "was neither stated nor learned",
} as const;

function training({ training: { lambda, sessions }, model }: LinkageReport): string {
  const rules =
    lambda.rules.length === 0 ? "" : ` (${lambda.rules.join("; ")}; recall ${percent(lambda.recall)})`;
  const share = paragraph(`The share of matches, ${small(model.lambda)}, ${found[lambda.found]}${rules}.`);
  if (sessions.length === 0) return share + paragraph("No session was run: all numbers were given.");
  return share + sessions.map(session).join("");
}

function session(its: ReportedSession): string {
  const { rule, pairs, counted, compared, lambda, standardError, expectedMatches } = its;
  const error = standardError === null ? "" : ` ± ${small(standardError)}`;
  const matches =
    lambda === null
      ? "known to be matches"
      : `a share of ${small(lambda)}${error} of them taken for matches (about ${whole(expectedMatches)})`;
  const learned = compared.length === 0 ? "nothing" : compared.join(", ");
  return [
    `<h3>${escapeHtml(rule)}</h3>\n`,
    paragraph(`${whole(counted)} of ${whole(pairs)} pairs were counted, ${matches}. Learned: ${learned}.`),
    its.logLikelihood.length === 0 ? "" : history(its),
  ].join("");
}

/** How likely a session's pairs became, iteration by iteration. */
function history({ iterations, converged, logLikelihood, counted }: ReportedSession): string {
  const perPair = (at: number) => bits(share(logLikelihood.at(at) ?? 0, counted) ?? 0, 4);
  const ended = converged ? "it had settled" : "it had not settled: its numbers are the last ones";
  const headline = `Log-likelihood of a pair from ${perPair(0)} to ${perPair(-1)} in ${iterations} iterations; ${ended}`;
  const numbers = dataTable(
    "Log-likelihood of all pairs",
    [{ head: "iteration" }, { head: "log-likelihood", as: "n" }],
    [{ rows: logLikelihood.map((value, i) => [whole(i + 1), bits(value, 3)]) }],
  );
  return figure(headline, sparkline(logLikelihood, headline), numbers);
}

function coincidences(dependence: NonNullable<LinkageReport["dependence"]>): string {
  const told =
    "The model takes comparisons for independent. Columns that agree together among pairs that are no match count twice what they say; one comparison of both would count it once.";
  if (dependence.length === 0) return paragraph(`${told} None were found.`);
  const merged = dependence.flatMap(({ advice }) => (advice === undefined ? [] : [advice]));
  return [
    paragraph(told),
    dataTable(
      "Pairs of columns",
      [{ head: "columns" }, { head: "bits counted too much", as: "n" }],
      [{ rows: dependence.map(({ columns, bits: over }) => [columns.join(" and "), bits(over)]) }],
    ),
    merged.length === 0
      ? ""
      : paragraph(
          "In place of the two comparisons of each pair above three bits, to be tried one at a time:",
        ),
    ...merged.map((its) => `<pre>${escapeHtml(comparisonYaml(its))}</pre>\n`),
  ].join("");
}

/** A comparison as it stands in a specification, a level to a line. */
function comparisonYaml(comparison: Comparison): string {
  const document = new Document([comparison]);
  const levels = document.getIn([0, "levels"]);
  if (isSeq(levels)) for (const level of levels.items) if (isMap(level)) level.flow = true;
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}
