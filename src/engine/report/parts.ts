import { escapeHtml } from "../deliver/html.ts";

/** A cell: text, or HTML of our own making such as a bar. */
export type Cell = string | { readonly html: string };

export interface TableColumn {
  readonly head: string;
  /** n: a number, to the right. bar: wide, for a bar. */
  readonly as?: "n" | "bar";
}

/** Rows that follow under one heading. */
export interface RowGroup {
  readonly head?: string;
  readonly rows: readonly (readonly Cell[])[];
}

/** A table whose cells may hold bars. The first cell of a row is its head. On a narrow screen many numbers have no bar. */
export function dataTable(
  caption: string,
  columns: readonly TableColumn[],
  groups: readonly RowGroup[],
): string {
  const mark = ({ as }: TableColumn) => (as === undefined ? "" : ` class="${as}"`);
  const head = columns.map((column) => `<th scope="col"${mark(column)}>${escapeHtml(column.head)}</th>`);
  const rowOf = (cells: readonly Cell[]) => {
    const its = cells.map((cell, i) => {
      const text = typeof cell === "string" ? escapeHtml(cell) : cell.html;
      return i === 0 ? `<th scope="row">${text}</th>` : `<td${mark(columns[i] as TableColumn)}>${text}</td>`;
    });
    return `<tr>${its.join("")}</tr>`;
  };
  const bodies = groups.map(({ head: title, rows }) => {
    const titled =
      title === undefined
        ? ""
        : `<tr class="group"><th scope="rowgroup" colspan="${columns.length}">${escapeHtml(title)}</th></tr>\n`;
    return `<tbody>\n${titled}${rows.map(rowOf).join("\n")}\n</tbody>`;
  });
  const isDense = columns.length > 4 && columns.some(({ as }) => as === "bar");
  return `<div class="wide"><table${isDense ? ' class="dense"' : ""}>
<caption>${escapeHtml(caption)}</caption>
<thead><tr>${head.join("")}</tr></thead>
${bodies.join("\n")}
</table></div>
`;
}

/** A chart with what it says above it, and its numbers to be unfolded below. */
export function figure(headline: string, chart: string, numbers = ""): string {
  const folded =
    numbers === "" ? "" : `<details><summary>The numbers of this chart</summary>${numbers}</details>\n`;
  return `<figure><figcaption>${escapeHtml(headline)}</figcaption>\n${chart}${folded}</figure>\n`;
}

/** Figures that stand at the head of a page, each with what it counts. */
export function keyFigures(figures: readonly (readonly [string, string])[]): string {
  const items = figures.map(
    ([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  return `<dl class="key">${items.join("")}</dl>\n`;
}

export function subheading(text: string): string {
  return `<h3>${escapeHtml(text)}</h3>\n`;
}
