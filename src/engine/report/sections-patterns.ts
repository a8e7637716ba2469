import type { LinkageReport, ReportedPattern } from "../../model/linkage/evaluate/report.ts";
import { escapeHtml, paragraph } from "../deliver/html.ts";
import type { Axis } from "./axis.ts";
import { bits, small, whole } from "./format.ts";
import { type Cell, dataTable, subheading } from "./parts.ts";
import type { Section } from "./section.ts";
import { cellBars } from "./svg.ts";

/** What pairs look like: patterns of levels, each from where all pairs begin to its weight. */
export function patternSection({ patterns, model, flow }: LinkageReport): Section {
  const { counted, distinct, frequent, close } = patterns;
  const sampled =
    counted < flow.scoredPairs
      ? `${whole(counted)} of ${whole(flow.scoredPairs)} scored pairs, drawn evenly`
      : "the scored pairs";
  const about = `How ${sampled} come to their weights: ${whole(distinct)} patterns of levels, with the values masked. Open one to see what speaks for and against a match.`;
  const shown = (patterns: readonly ReportedPattern[]) =>
    patterns.map((its, i) => waterfall(its, model, i === 0)).join("");
  const body = [
    paragraph(about),
    frequent.length === 0 ? "" : `${subheading("The most frequent")}${shown(frequent)}`,
    close.length === 0 ? "" : `${subheading("Others close to the threshold")}${shown(close)}`,
  ].join("");
  return { key: "patterns", title: "What pairs look like", body };
}

interface Step {
  readonly name: string;
  readonly label: Cell;
  readonly bits: number;
}

function waterfall(
  pattern: ReportedPattern,
  { comparisons, prior }: LinkageReport["model"],
  isOpen: boolean,
): string {
  const { pairs, links, weight, probability, levels, termFrequencies } = pattern;
  const steps: Step[] = [
    { name: "to begin with", label: "", bits: prior },
    ...levels.map(({ label, bits: its }, c): Step => {
      const missing = { html: '<span class="missing">nothing to compare</span>' };
      return { name: comparisons[c]?.comparison ?? "", label: label ?? missing, bits: its };
    }),
    ...(termFrequencies === 0
      ? []
      : [{ name: "how common the values are", label: "mean of these pairs", bits: termFrequencies }]),
  ];
  const ends = [0];
  for (const step of steps) ends.push((ends.at(-1) as number) + step.bits);
  const clear = (at: number) => Math.min(100, Math.max(-100, at));
  const axis: Axis = { from: clear(Math.min(...ends)), to: clear(Math.max(...ends)), ticks: [] };
  const rows = steps.map((step, i): Cell[] => [
    step.name,
    step.label,
    Math.abs(step.bits) < 1000 ? bits(step.bits) : step.bits < 0 ? "veto" : "force",
    step.bits === 0 ? "" : cellBars([bar(clear(ends[i] as number), clear(ends[i + 1] as number))], axis),
  ]);
  const table = dataTable(
    `${bits(weight)} bits, probability ${small(probability)}`,
    [{ head: "comparison" }, { head: "level" }, { head: "bits", as: "n" }, { head: "sum", as: "bar" }],
    [{ rows: [...rows, ["weight", "", bits(weight), cellBars([bar(0, clear(weight))], axis)]] }],
  );
  const summary = `<strong>${escapeHtml(bits(weight))} bits</strong>: ${whole(pairs)} ${pairs === 1 ? "pair" : "pairs"}, ${links === pairs ? "all" : links === 0 ? "none" : whole(links)} linked`;
  return `<details${isOpen ? " open" : ""}><summary>${summary}</summary>${table}</details>\n`;
}

function bar(from: number, to: number) {
  return { from, to, tone: to < from ? ("against" as const) : ("for" as const) };
}
