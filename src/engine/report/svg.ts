import type { Histogram } from "../../model/linkage/evaluate/report.ts";
import { escapeHtml } from "../deliver/html.ts";
import { type Axis, axisOf, countAxis, placeOn } from "./axis.ts";
import { short } from "./format.ts";

/** A value of the horizontal axis that is pointed out. */
export interface Mark {
  readonly at: number;
  readonly label: string;
}

interface ChartText {
  readonly title: string;
  /** What the picture says, for those who do not see it. */
  readonly says: string;
  readonly across: string;
  readonly up: string;
}

/** Pixels: charts are as wide as the page, and only their width changes with it, so that text stays as large as it is. */
const [height, top] = [210, 44];

/** Bars of a histogram, with marks. */
export function histogramChart(histogram: Histogram, marks: readonly Mark[], text: ChartText): string {
  const { from, width, counts } = histogram;
  const ends = [from, from + width * Math.max(counts.length, 1), ...marks.map(({ at }) => at)];
  const across = axisOf(Math.min(...ends), Math.max(...ends), 7);
  const up = countAxis(Math.max(0, ...counts), 4);
  const wide = placeOn(across, across.from + width);
  const bars = counts.map((n, i) => {
    if (n === 0) return "";
    const tall = Math.max(1, (placeOn(up, n) / 100) * height);
    const x = placeOn(across, from + i * width);
    return `<rect class="bin" x="${x}%" y="${round(top + height - tall)}" width="${round(wide)}%" height="${round(tall)}"/>`;
  });
  return chart({ across, up, shown: short }, bars.join(""), marks, text);
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
  return chart({ across, up, shown: (share) => `${share * 100}%` }, line, marks, text);
}

interface Axes {
  readonly across: Axis;
  readonly up: Axis;
  readonly shown: (n: number) => string;
}

function chart({ across, up, shown }: Axes, inner: string, marks: readonly Mark[], text: ChartText): string {
  const base = top + height;
  const lines = up.ticks.map((tick) => {
    const y = round(base - (placeOn(up, tick) / 100) * height);
    return `<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}"/><text x="-8" y="${y + 4}" text-anchor="end">${shown(tick)}</text>`;
  });
  const ticks = across.ticks.map((tick) => {
    const x = placeOn(across, tick);
    return `<line class="tick" x1="${x}%" x2="${x}%" y1="${base}" y2="${base + 5}"/><text x="${x}%" y="${base + 19}" text-anchor="middle">${short(tick)}</text>`;
  });
  return `<div class="chart"><svg role="img" width="100%" height="${base + 42}">
<title>${escapeHtml(text.title)}</title><desc>${escapeHtml(text.says)}</desc>
${lines.join("")}${inner}
<line class="axis" x1="0" x2="100%" y1="${base}" y2="${base}"/>${ticks.join("")}
${marks.map((mark, i) => markOf(mark, across, base, i)).join("")}
<text class="title" x="-8" y="12" text-anchor="start">${escapeHtml(text.up)}</text>
<text class="title" x="100%" y="${base + 37}" text-anchor="end">${escapeHtml(text.across)}</text>
</svg></div>
`;
}

/** A dashed line with its label; labels of several marks stand one below the other. */
function markOf({ at, label }: Mark, across: Axis, base: number, place: number): string {
  const x = placeOn(across, at);
  const [anchor, aside] = x > 60 ? ["end", -5] : ["start", 5];
  const y = top - 12 + 15 * place;
  return `<line class="mark" x1="${x}%" x2="${x}%" y1="${y - 10}" y2="${base}"/><text class="mark-label" x="${x}%" dx="${aside}" y="${y}" text-anchor="${anchor}">${escapeHtml(label)}</text>`;
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
  return `<svg class="spark" role="img" viewBox="0 0 100 100" preserveAspectRatio="none"><title>${escapeHtml(says)}</title><polyline class="curve" points="${points.map((p) => p.join(",")).join(" ")}"/>${dots.join("")}</svg>`;
}

/** A bar of a cell, between two values. */
interface Bar {
  readonly from: number;
  readonly to: number;
  readonly tone: "for" | "against" | "plain";
}

/** Bars one below the other inside a cell of a table; the cells beside it tell its numbers. */
export function cellBars(bars: readonly Bar[], axis: Axis): { readonly html: string } {
  const tall = bars.length === 1 ? 12 : 8;
  const rects = bars.map(({ from, to, tone }, i) => {
    const [a, b] = [placeOn(axis, Math.min(from, to)), placeOn(axis, Math.max(from, to))];
    return `<rect class="${tone}" x="${a}%" y="${1 + i * (tall + 1)}" width="${round(Math.max(b - a, 0.4))}%" height="${tall}"/>`;
  });
  const [zero, high] = [placeOn(axis, 0), 2 + bars.length * (tall + 1) - 1];
  return {
    html: `<svg class="cell" aria-hidden="true" width="100%" height="${high}">${rects.join("")}<line class="axis" x1="${zero}%" x2="${zero}%" y1="0" y2="${high}"/></svg>`,
  };
}

/** A share of one as a bar. */
export function shareBar(share: number | null): { readonly html: string } {
  return cellBars([{ from: 0, to: share ?? 0, tone: "for" }], { from: 0, to: 1, ticks: [] });
}

function round(n: number): number {
  return Math.round(n * 100) / 100;
}
