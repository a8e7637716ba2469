/** Numbers as the page shows them. */

const minus = "−";

/** 1,234,567 */
export function whole(n: number): string {
  return signed(Math.abs(Math.round(n)).toLocaleString("en-GB"), n);
}

/** 12.34, with as many places as asked for. */
export function bits(n: number, places = 2): string {
  return signed(Math.abs(n).toFixed(places), Number(n.toFixed(places)));
}

/** A share of one as per cent, with enough places to tell it from 0 and 100. */
export function percent(share: number | null): string {
  if (share === null) return "–";
  if (share === 0 || share === 1) return `${share * 100}%`;
  const rest = Math.min(share, 1 - share);
  if (rest < 0.00001) return share < 0.5 ? "< 0.001%" : "> 99.999%";
  return `${(share * 100).toFixed(rest < 0.001 ? 3 : rest < 0.1 ? 2 : 1)}%`;
}

/** A probability or a share with three digits that count: 0.923, 0.00699, 6.2 × 10⁻⁷. */
export function small(n: number | null): string {
  if (n === null) return "–";
  if (n === 0 || n === 1) return String(n);
  if (n > 0.9995) return `1 ${minus} ${power(1 - n)}`;
  return n < 0.001 ? power(n) : n.toPrecision(3);
}

function power(n: number): string {
  const [digits = "", exponent = ""] = n.toExponential(1).split("e");
  const raised = String(Math.abs(Number(exponent))).replaceAll(/\d/g, (d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(d)] ?? d);
  return `${digits} × 10${Number(exponent) < 0 ? "⁻" : ""}${raised}`;
}

/** A number on an axis: 0, 250, 20k, 1.5M. */
export function short(n: number): string {
  const size = Math.abs(n);
  const [by, unit] =
    size >= 1e9 ? [1e9, "bn"] : size >= 1e6 ? [1e6, "M"] : size >= 1e4 ? [1e3, "k"] : [1, ""];
  return signed(`${Number((size / by).toPrecision(6))}${unit}`, n);
}

function signed(text: string, n: number): string {
  return n < 0 ? `${minus}${text}` : text;
}

/** A part of a whole; nothing where there is no whole. */
export function share(part: number, all: number): number | null {
  return all === 0 ? null : part / all;
}
