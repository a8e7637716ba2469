import type { LinkageReport, ReportedPattern } from "../../model/linkage/report.ts";
import { escapeHtml, paragraph } from "../deliver/html.ts";
import { axisOf } from "./axis.ts";
import { bits, percent, small, whole } from "./format.ts";
import type { Section } from "./linkage-page.ts";
import { type Cell, dataTable, figure } from "./parts.ts";
import { histogramTable } from "./sections-records.ts";
import { cellBar, histogramChart, shareChart } from "./svg.ts";

/** Weights of the scored pairs, what errors are to be expected, how clear the links are, and what pairs look like. */
export function decisionSections(report: LinkageReport): Section[] {
  return [
    { number: 4, title: "Weights of the scored pairs", body: histogram(report) },
    { number: 8, title: "Errors to be expected", body: errors(report) },
    { number: 9, title: "Margins of the links", body: margins(report) },
    { number: 11, title: "What pairs look like", body: patterns(report) },
  ];
}

function histogram({ weights, flow }: LinkageReport): string {
  const says = `${whole(flow.scoredPairs)} scored pairs by weight, with the threshold at ${bits(weights.threshold)} bits`;
  return figure(
    `${whole(flow.scoredPairs)} pairs of ${bits(weights.least)} bits and more`,
    histogramChart(weights.histogram, [{ at: weights.threshold, label: "threshold" }], {
      says,
      across: "bits",
      up: "pairs",
    }),
    histogramTable(weights.histogram, "pairs"),
  );
}

function errors({ errors: { links, thresholds }, weights }: LinkageReport): string {
  const points = (of: "falseShare" | "missedShare") =>
    thresholds.flatMap((its) => {
      const share = its[of];
      return share === null ? [] : [{ weight: its.weight, share }];
    });
  const mark = [{ at: weights.threshold, label: "threshold" }];
  const chart = (of: "falseShare" | "missedShare", headline: string) =>
    points(of).length < 2
      ? ""
      : figure(headline, shareChart(points(of), mark, { says: headline, across: "bits", up: "share" }));
  return [
    paragraph(
      `By the model's own probabilities, and no label: of ${whole(links.pairs)} links about ${whole(links.expectedFalse)} are false; about ${whole(links.expectedMissed)} matches among the scored pairs are no link (${percent(links.missedShare)}). Matches that no blocking rule brought together come on top.`,
    ),
    dataTable(
      "If every scored pair from a weight on were a link",
      [
        { head: "from, bits" },
        { head: "probability", as: "n" },
        { head: "pairs", as: "n" },
        { head: "expected false", as: "n" },
        { head: "false", as: "n" },
        { head: "missed", as: "n" },
      ],
      [
        {
          rows: thresholds.map((its) => [
            bits(its.weight),
            small(its.probability),
            whole(its.pairs),
            whole(its.expectedFalse),
            percent(its.falseShare),
            percent(its.missedShare),
          ]),
        },
      ],
    ),
    chart("falseShare", "Share of pairs expected to be false, by threshold"),
    chart("missedShare", "Share of scored matches expected to be missed, by threshold"),
  ].join("");
}

function margins({ margins: { links, withoutRival, notAbove, histogram: its } }: LinkageReport): string {
  const told = paragraph(
    `The margin of a link is the bits between it and the heaviest pair of either record that leaves its cluster. ${whole(withoutRival)} of ${whole(links)} links have no such rival; ${whole(notAbove)} have one that weighs as much or more.`,
  );
  if (its.counts.length === 0) return told;
  return (
    told +
    figure(
      "Margins of links that have a rival",
      histogramChart(its, [{ at: 0, label: "no margin" }], {
        says: "links by margin",
        across: "bits",
        up: "links",
      }),
      histogramTable(its, "links"),
    )
  );
}

function patterns({ patterns: { counted, distinct, top }, model, flow }: LinkageReport): string {
  const all = top
    .flatMap(({ levels }) => levels.map(({ bits: its }) => its))
    .filter((its) => Math.abs(its) < 1000);
  const axis = axisOf(Math.min(0, ...all), Math.max(0, ...all), 6);
  const part = counted < flow.scoredPairs ? `; a sample of ${whole(counted)} was looked at` : "";
  const names = model.comparisons.map(({ comparison }) => comparison);
  return [
    paragraph(
      `The scored pairs come in ${whole(distinct)} patterns${part}. These are the most frequent: what each comparison found, and what it adds. No record's value is shown.`,
    ),
    ...top.map((pattern) => patternOf(pattern, names, axis)),
  ].join("");
}

function patternOf(
  { pairs, links, weight, probability, levels }: ReportedPattern,
  names: readonly string[],
  axis: ReturnType<typeof axisOf>,
): string {
  const rows = levels.map(({ label, bits: its }, c): Cell[] => [
    names[c] ?? "",
    label === null ? { html: '<span class="missing">missing</span>' } : label,
    label === null ? "" : bits(its),
    {
      html: label === null || Math.abs(its) >= 1000 ? "" : cellBar(0, its, axis, its < 0 ? "against" : "for"),
    },
  ]);
  const head = `${whole(pairs)} pairs, ${bits(weight)} bits on average (${small(probability)}), ${whole(links)} of them links`;
  return `<details><summary>${escapeHtml(head)}</summary>${dataTable(
    "",
    [
      { head: "comparison" },
      { head: "found" },
      { head: "bits", as: "n" },
      { head: "against and for", as: "bar" },
    ],
    [{ rows }],
  )}</details>\n`;
}
