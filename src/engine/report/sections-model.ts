import type { LinkageReport, ReportedLevel, ReportedSession } from "../../model/linkage/report.ts";
import { escapeHtml, paragraph } from "../deliver/html.ts";
import { axisOf } from "./axis.ts";
import { bits, percent, small, whole } from "./format.ts";
import type { Section } from "./linkage-page.ts";
import { type Cell, dataTable, list } from "./parts.ts";
import { cellBar, sparkline } from "./svg.ts";

/** The model: what each level weighs, the shares behind that, how they were learned, and what they assume. */
export function modelSections(report: LinkageReport): Section[] {
  const { dependence } = report;
  return [
    { number: 2, title: "Match weights", body: weights(report) },
    { number: 3, title: "Shares among matches and other pairs", body: shares(report) },
    { number: 5, title: "Training", body: training(report) },
    ...(dependence === undefined
      ? []
      : [{ number: 10, title: "Columns that agree together", body: coincidences(dependence) }]),
  ];
}

function weights({ model }: LinkageReport): string {
  const learned = model.comparisons.flatMap(({ levels }) =>
    levels.filter(({ fixed }) => fixed !== "veto" && fixed !== "force").map(({ weight }) => weight),
  );
  const axis = axisOf(Math.min(0, ...learned), Math.max(0, ...learned), 6);
  const row = (level: ReportedLevel): Cell[] => {
    const { weight, fixed } = level;
    const isBound = fixed === "veto" || fixed === "force";
    const bar = isBound ? "" : cellBar(0, weight, axis, weight < 0 ? "against" : "for");
    return [named(level), isBound ? fixed : bits(weight), { html: bar }];
  };
  return [
    paragraph(
      `Before anything is compared, a pair has ${bits(model.prior)} bits: ${small(model.lambda)} of all pairs are matches. Each comparison then adds the weight of the level that holds; a missing value adds nothing.`,
    ),
    dataTable(
      "Weight of each level, in bits, before term frequencies",
      [{ head: "level" }, { head: "bits", as: "n" }, { head: "against and for a match", as: "bar" }],
      model.comparisons.map(({ comparison, levels }) => ({ head: comparison, rows: levels.map(row) })),
    ),
  ].join("");
}

function named({ label, termFrequency }: ReportedLevel): Cell {
  const tag = termFrequency ? ' <span class="tag">by how common the value is</span>' : "";
  return { html: `${escapeHtml(label)}${tag}` };
}

function shares({ model }: LinkageReport): string {
  const axis = { from: 0, to: 1, ticks: [] };
  const row = ({ label, m, u, standardError, unseen }: ReportedLevel): Cell[] => [
    unseen.length === 0
      ? label
      : {
          html: `${escapeHtml(label)} <span class="tag">${unseen.join(" and ")} not learned: no such pair</span>`,
        },
    small(m),
    standardError === null ? "" : `± ${small(standardError)}`,
    { html: m === null ? "" : cellBar(0, m, axis, "for") },
    small(u),
    { html: u === null ? "" : cellBar(0, u, axis, "plain") },
  ];
  return [
    paragraph("m: how often the level holds among matches. u: how often among other pairs."),
    dataTable(
      "m and u of each level",
      [
        { head: "level" },
        { head: "m", as: "n" },
        { head: "error of m", as: "n" },
        { head: "among matches", as: "bar" },
        { head: "u", as: "n" },
        { head: "among others", as: "bar" },
      ],
      model.comparisons.map(({ comparison, levels }) => ({ head: comparison, rows: levels.map(row) })),
    ),
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
  const { rule, pairs, counted, compared, lambda, expectedMatches, iterations, converged, logLikelihood } =
    its;
  const ended = converged
    ? `It ended after ${iterations} iterations.`
    : `It had not settled after ${iterations} iterations: its numbers are the last ones.`;
  const [first, last] = [logLikelihood[0] ?? 0, logLikelihood.at(-1) ?? 0];
  const says = `log-likelihood from ${bits(first, 0)} to ${bits(last, 0)} in ${iterations} iterations`;
  return [
    `<h3>Pairs that agree on ${escapeHtml(rule)}</h3>\n`,
    paragraph(
      `${whole(counted)} of ${whole(pairs)} pairs were counted, ${percent(lambda)} of them taken for matches (about ${whole(expectedMatches)}). Learned: ${compared.join(", ")}. ${ended}`,
    ),
    logLikelihood.length === 0
      ? ""
      : `<details><summary>Log-likelihood: <strong>${bits(first, 0)}</strong> to <strong>${bits(last, 0)}</strong></summary>${sparkline(logLikelihood, says)}${list(logLikelihood.map((value, i) => `${i + 1}: ${bits(value, 2)}`))}</details>\n`,
  ].join("");
}

function coincidences(dependence: NonNullable<LinkageReport["dependence"]>): string {
  const told =
    "The model takes comparisons for independent. Columns that agree together among pairs that are no match count twice what they say; one comparison of both would count it once.";
  if (dependence.length === 0) return paragraph(`${told} None were found.`);
  return (
    paragraph(told) +
    dataTable(
      "Pairs of columns",
      [{ head: "columns" }, { head: "bits counted too much", as: "n" }],
      [{ rows: dependence.map(({ columns, bits: over }) => [columns.join(" and "), bits(over)]) }],
    )
  );
}
