import type { LinkageReport } from "../../model/linkage/evaluate/report.ts";
import { paragraph } from "../deliver/html.ts";
import { bits, percent, small, whole } from "./format.ts";
import { dataTable, figure } from "./parts.ts";
import type { Section } from "./section.ts";
import { histogramTable } from "./sections-records.ts";
import { histogramChart, shareChart } from "./svg.ts";

/** Weights of the scored pairs, what errors are to be expected, and how clear the links are. */
export function decisionSections(report: LinkageReport): Section[] {
  return [
    { key: "weights", title: "Weights of the scored pairs", body: histogram(report) },
    { key: "errors", title: "Errors to be expected", body: errors(report) },
    { key: "margins", title: "Margins of the links", body: margins(report) },
  ];
}

function histogram({ weights, flow }: LinkageReport): string {
  const says = `${whole(flow.scoredPairs)} scored pairs by weight, with the threshold at ${bits(weights.threshold)} bits`;
  const title = `${whole(flow.scoredPairs)} pairs of ${bits(weights.least)} bits and more`;
  const marks = [
    ...(Math.abs(weights.least) < 1000 ? [{ at: weights.least, label: "kept from here" }] : []),
    { at: weights.threshold, label: "threshold" },
  ];
  return figure(
    title,
    histogramChart(weights.histogram, marks, {
      title,
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
      : figure(
          headline,
          shareChart(points(of), mark, {
            title: headline,
            says: "as in the table above",
            across: "bits",
            up: "share",
          }),
        );
  return [
    paragraph(
      `By the model's own probabilities, and no label: of ${whole(links.pairs)} links about ${whole(links.expectedFalse)} are false; about ${whole(links.expectedMissed)} matches among the scored pairs are no link (${percent(links.missedShare)}). Matches that no blocking rule brought together come on top.`,
    ),
    links.belowThreshold === 0
      ? ""
      : paragraph(
          `${whole(links.belowThreshold)} of the links weigh less than the threshold themselves: other records hold theirs together, and no probability above takes that into account.`,
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
        title: "Margins of links that have a rival",
        says: "links by margin, in the table below",
        across: "bits",
        up: "links",
      }),
      histogramTable(its, "links"),
    )
  );
}
