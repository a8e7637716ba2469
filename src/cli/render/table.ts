import Table from "cli-table3";

/** Plain columns for a terminal: headings, no borders, numbers to the right. */
export function renderTable(
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  widths: readonly (number | null)[] = [],
): string {
  const none = { top: "", "top-mid": "", "top-left": "", "top-right": "", bottom: "", "bottom-mid": "" };
  const rest = {
    "bottom-left": "",
    "bottom-right": "",
    left: "",
    "left-mid": "",
    mid: "",
    "mid-mid": "",
    right: "",
  };
  const numeric = headings.map((_, i) => rows.length > 0 && rows.every((row) => typeof row[i] === "number"));
  const table = new Table({
    head: [...headings],
    chars: { ...none, ...rest, "right-mid": "", middle: "  " },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
    colAligns: numeric.map((n) => (n ? "right" : "left")),
    colWidths: headings.map((_, i) => widths[i] ?? null),
    wordWrap: true,
  });
  for (const row of rows) {
    const [first = "", ...others] = row.map((cell) => (typeof cell === "number" ? formatCount(cell) : cell));
    // A name that is too long for its column stands on a line of its own, as a name cut short names nothing.
    if (first.length > (widths[0] ?? Number.POSITIVE_INFINITY) && !first.includes(" ")) {
      table.push([{ content: first, colSpan: headings.length }], ["", ...others]);
    } else table.push([first, ...others]);
  }
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** 1234567 → "1,234,567"; fractions keep up to four digits. */
export function formatCount(n: number): string {
  return n.toLocaleString("en-GB", { maximumFractionDigits: 4 });
}

/** A paragraph in lines of at most `width` characters. */
export function wrap(text: string, width = 80): string {
  return text.replaceAll(new RegExp(`(.{1,${width}})(?: +|$)`, "g"), "$1\n").trimEnd();
}
