import type { Histogram } from "../../model/linkage/report.ts";
import { escapeHtml } from "../deliver/html.ts";
import { type Axis, axisOf, countAxis, placeOn } from "./axis.ts";
import { percent, short } from "./format.ts";

/** A value of the horizontal axis that is pointed out. */
export interface Mark {
  readonly at: number;
  readonly label: string;
}

interface ChartText {
  /** What the picture says, for those who do not see it. */
  readonly says: string;
  readonly across: string;
  readonly up: string;
}

/** Pixels: charts are as wide as the page, and only their width changes with it, so that text stays as large as it is. */
const [height, top] = [210, 26];

/** Bars of a histogram, with marks. */
export function histogramChart(histogram: Histogram, marks: readonly Mark[], text: ChartText): string {
  const { from, width, counts } = histogram;
  const ends = [from, from + width * Math.max(counts.length, 1), ...marks.map(({ at }) => at)];
  const across = axisOf(Math.min(...ends), Math.max(...ends), 7);
  const up = countAxis(Math.max(0, ...counts), 4);
  const wide = placeOn(across, across.from + width);
  const bars = counts.map((n, i) => {
    const tall = n === 0 ? 0 : Math.max(1, (placeOn(up, n) / 100) * height);
    const x = placeOn(across, from + i * width);
    return n === 0
      ? ""
      : `<rect class="bin" x="${x}%" y="${round(top + height - tall)}" width="${round(wide)}%" height="${round(tall)}"/>`;
  });
  return chart(across, up, short, bars.join(""), marks, text);
}

/** A line through points, from left to right; shares on the upright axis. */
export function shareChart(
  points: readonly { readonly weight: number; readonly share: number }[],
  marks: readonly Mark[],
  text: ChartText,
): string {
  const places = [...points.map(({ weight }) => weight), ...marks.map(({ at }) => at)];
  const across = axisOf(Math.min(...places), Math.max(...places), 7);
  const up: Axis = { from: 0, to: 1, ticks: [0, 0.25, 0.5, 0.75, 1] };
  const path = points.map(({ weight, share }) => `${placeOn(across, weight)},${round(100 - share * 100)}`);
  const line = `<svg x="0" y="${top}" width="100%" height="${height}" viewBox="0 0 100 100" preserveAspectRatio="none"><polyline class="curve" points="${path.join(" ")}"/></svg>`;
  return chart(across, up, percent, line, marks, text);
}

function chart(
  across: Axis,
  up: Axis,
  shown: (n: number) => string,
  inner: string,
  marks: readonly Mark[],
  { says, across: acrossTitle, up: upTitle }: ChartText,
): string {
  const base = top + height;
  const lines = up.ticks.map((tick) => {
    const y = round(base - (placeOn(up, tick) / 100) * height);
    return `<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}"/><text x="-8" y="${y + 4}" text-anchor="end">${shown(tick)}</text>`;
  });
  const ticks = across.ticks.map((tick) => {
    const x = placeOn(across, tick);
    return `<line class="tick" x1="${x}%" x2="${x}%" y1="${base}" y2="${base + 5}"/><text x="${x}%" y="${base + 19}" text-anchor="middle">${short(tick)}</text>`;
  });
  return `<div class="chart"><svg role="img" aria-label="${escapeHtml(says)}" width="100%" height="${base + 42}">
${lines.join("")}${inner}
<line class="axis" x1="0" x2="100%" y1="${base}" y2="${base}"/>${ticks.join("")}
${marks.map((mark) => markOf(mark, across, base)).join("")}
<text class="title" x="-8" y="12" text-anchor="start">${escapeHtml(upTitle)}</text>
<text class="title" x="100%" y="${base + 37}" text-anchor="end">${escapeHtml(acrossTitle)}</text>
</svg></div>
`;
}

function markOf({ at, label }: Mark, across: Axis, base: number): string {
  const x = placeOn(across, at);
  const [anchor, aside] = x > 60 ? ["end", -5] : ["start", 5];
  return `<line class="mark" x1="${x}%" x2="${x}%" y1="${top - 8}" y2="${base}"/><text class="mark-label" x="${x}%" dx="${aside}" y="${top}" text-anchor="${anchor}">${escapeHtml(label)}</text>`;
}

/** A line without axes, for a path whose ends are told beside it. */
export function sparkline(values: readonly number[], says: string): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const spread = high - low || 1;
  const points = values.map((value, i) => {
    const x = values.length === 1 ? 50 : (i / (values.length - 1)) * 100;
    return [round(x), round(95 - ((value - low) / spread) * 90)] as const;
  });
  const dots = points.map(([x, y]) => `<line class="dot" x1="${x}" y1="${y}" x2="${x}" y2="${y}"/>`);
  return `<svg class="spark" role="img" aria-label="${escapeHtml(says)}" viewBox="0 0 100 100" preserveAspectRatio="none"><polyline class="curve" points="${points.map((p) => p.join(",")).join(" ")}"/>${dots.join("")}</svg>`;
}

/** A bar between two values inside a cell of a table; the cells beside it tell its numbers. */
export function cellBar(from: number, to: number, axis: Axis, tone: "for" | "against" | "plain"): string {
  const [a, b] = [placeOn(axis, Math.min(from, to)), placeOn(axis, Math.max(from, to))];
  const zero = placeOn(axis, 0);
  return `<svg class="cell" aria-hidden="true" width="100%" height="14"><rect class="${tone}" x="${a}%" y="1" width="${round(Math.max(b - a, 0.4))}%" height="12"/><line class="axis" x1="${zero}%" x2="${zero}%" y1="0" y2="14"/></svg>`;
}

function round(n: number): number {
  return Math.round(n * 100) / 100;
}
