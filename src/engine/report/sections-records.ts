import type { Histogram, LinkageReport, ReportedColumn } from "../../model/linkage/evaluate/report.ts";
import { paragraph } from "../deliver/html.ts";
import { countAxis } from "./axis.ts";
import { bits, percent, share, whole } from "./format.ts";
import { type Cell, dataTable, figure } from "./parts.ts";
import type { Section } from "./section.ts";
import { cellBars, histogramChart, shareBar } from "./svg.ts";

/** From records to clusters, how complete the columns are, and records that nothing could link. */
export function recordSections(report: LinkageReport): Section[] {
  return [
    { key: "flow", title: "From records to links", body: flow(report) },
    { key: "completeness", title: "Completeness", body: completeness(report) },
    { key: "unlinkables", title: "Records that nothing could link", body: unlinkables(report) },
  ];
}

/** What the overlaps of the rules tell of the matches that none of them brings together. */
function recall(found: LinkageReport["flow"]["blockingRecall"], rules: number): string {
  if (rules < 2) return "How many matches no rule brings together cannot be told from one rule alone.";
  if (found === null)
    return "How many matches no rule brings together cannot be told: too few links are found by more than one rule.";
  return `By how often several rules find the same link, the rules bring together between ${percent(found.low)} and ${percent(found.high)} of all matches: the higher if each rule finds every match with the same chance, the lower if records with one error tend to have others.`;
}

function flow({ flow: its }: LinkageReport): string {
  const { sources, rules, clusters, compared } = its;
  const between = compared.map(([a, b]) => (a === b ? `${a} with itself` : `${a} with ${b}`));
  const axis = countAxis(Math.max(...rules.map(({ pairs }) => pairs)), 4);
  return [
    dataTable(
      "Records of each source",
      [
        { head: "source" },
        { head: "records", as: "n" },
        { head: "in a link", as: "n" },
        { head: "share", as: "n" },
        { head: "share in a link", as: "bar" },
      ],
      [
        {
          rows: sources.map(({ source, records, linked }) => [
            source,
            whole(records),
            whole(linked),
            percent(share(linked, records)),
            shareBar(share(linked, records)),
          ]),
        },
      ],
    ),
    paragraph(
      `Compared: ${between.join(", ")}; ${whole(its.possiblePairs)} possible pairs. A pair is looked at if it agrees by one of these rules:`,
    ),
    dataTable(
      "Pairs of each blocking rule",
      [
        { head: "rule" },
        { head: "pairs", as: "n" },
        { head: "that no rule above has", as: "n" },
        { head: "in all so far", as: "n" },
        { head: "all, and that none above has", as: "bar" },
      ],
      [
        {
          rows: rules.map(({ rule, pairs, fresh, cumulative }) => [
            rule,
            whole(pairs),
            whole(fresh),
            whole(cumulative),
            cellBars(
              [
                { from: 0, to: pairs, tone: "plain" },
                { from: 0, to: fresh, tone: "for" },
              ],
              axis,
            ),
          ]),
        },
      ],
    ),
    paragraph(recall(its.blockingRecall, rules.length)),
    paragraph(
      `${whole(its.scoredPairs)} of them reached the least weight that is kept. Links were chosen as ${its.decision.links.replaceAll("_", " ")} from ${bits(its.decision.atLeast)} bits on: ${whole(its.links)} links, the largest cluster of ${whole(its.largestCluster)} records.`,
    ),
    dataTable(
      "Clusters by size",
      [{ head: "records in a cluster" }, { head: "clusters", as: "n" }, { head: "records", as: "n" }],
      [
        {
          rows: clusters.map(({ from, to, clusters: n, records }) => [
            to === null
              ? `${whole(from)} and more`
              : from === to
                ? whole(from)
                : `${whole(from)} to ${whole(to)}`,
            whole(n),
            whole(records),
          ]),
        },
      ],
    ),
  ].join("");
}

function completeness({ completeness: columns, flow: { sources } }: LinkageReport): string {
  const row = (name: string, { records, present, distinct }: ReportedColumn["sources"][number]): Cell[] => [
    name,
    percent(share(present, records)),
    whole(distinct),
    shareBar(share(present, records)),
  ];
  const groups =
    sources.length === 1
      ? [{ rows: columns.flatMap(({ column, sources: its }) => its.map((source) => row(column, source))) }]
      : columns.map(({ column, sources: its }) => ({
          head: column,
          rows: its.map((source) => row(source.source, source)),
        }));
  return dataTable(
    "Columns that are compared or blocked on",
    [
      { head: sources.length === 1 ? "column" : "source" },
      { head: "records with a value", as: "n" },
      { head: "different values", as: "n" },
      { head: "share with a value", as: "bar" },
    ],
    groups,
  );
}

function unlinkables({ unlinkables: its, weights }: LinkageReport): string {
  const below = percent(share(its.belowThreshold, its.records));
  const says = `${below} of records would not reach the threshold with a copy of themselves`;
  return [
    paragraph(
      `${whole(its.belowThreshold)} of ${whole(its.records)} records (${below}) hold too little, or values too common, to reach the threshold even with an exact copy of themselves.`,
    ),
    figure(
      "Weight of each record with itself",
      histogramChart(its.histogram, [{ at: weights.threshold, label: "threshold" }], {
        title: "Weight of each record with itself",
        says,
        across: "bits",
        up: "records",
      }),
      histogramTable(its.histogram, "records"),
    ),
  ].join("");
}

/** A histogram's numbers. */
export function histogramTable({ from, width, counts, below, above }: Histogram, what: string): string {
  const bins = counts.flatMap((n, i) =>
    n === 0 ? [] : [[`${bits(from + i * width)} to ${bits(from + (i + 1) * width)}`, whole(n)]],
  );
  const beyond = [
    ...(below === 0 ? [] : [["far below, by a veto", whole(below)]]),
    ...(above === 0 ? [] : [["far above, by a force", whole(above)]]),
  ];
  return dataTable("", [{ head: "bits" }, { head: what, as: "n" }], [{ rows: [...bins, ...beyond] }]);
}
