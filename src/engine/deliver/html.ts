import type { DisclosedTable } from "../../model/gate.ts";

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text as HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => escapes[character] ?? character);
}

/** How pages look, in light and in dark. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --line: #d0d7de; --soft: #f3f5f7; --link: #005eb8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --paper: #14181c; --line: #3a424b; --soft: #1e242a; --link: #7fb6ff; } }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 52rem; font: 1rem/1.55 Arial, sans-serif; color: var(--ink); background: var(--paper); }
h1 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
a { color: var(--link); } .note { background: var(--soft); padding: .75rem 1rem; border-left: .25rem solid var(--line); }
.wide { overflow-x: auto; } table { border-collapse: collapse; margin: 1rem 0; min-width: 50%; }
caption { text-align: left; font-weight: bold; padding: .4rem 0; } th, td { text-align: left; padding: .35rem .75rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; } pre { background: var(--soft); padding: .75rem 1rem; overflow-x: auto; } code { font-family: ui-monospace, monospace; }
@media print { body { max-width: none; } }
`;

/** A page that is one file: nothing is fetched, no script runs. `body` is HTML, `more` what its style adds. */
export function page(title: string, body: string, more = ""): string {
  return `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}${more}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

export function paragraph(text: string): string {
  return `<p>${escapeHtml(text)}</p>\n`;
}

export function note(text: string): string {
  return `<p class="note">${escapeHtml(text)}</p>\n`;
}

export function heading(text: string): string {
  return `<h2>${escapeHtml(text)}</h2>\n`;
}

/** A table of text. The first cell of a row is its head. Cells of `numbers` columns stand right. */
export function table(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: ReadonlySet<number> = new Set(),
): string {
  const mark = (i: number) => (numbers.has(i) ? ' class="n"' : "");
  const head = heads.map((text, i) => `<th scope="col"${mark(i)}>${escapeHtml(text)}</th>`).join("");
  const body = rows.map((cells) => {
    const [first = "", ...others] = cells;
    const tail = others.map((text, i) => `<td${mark(i + 1)}>${escapeHtml(text)}</td>`).join("");
    return `<tr><th scope="row">${escapeHtml(first)}</th>${tail}</tr>`;
  });
  return `<div class="wide"><table>
<caption>${escapeHtml(caption)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body.join("\n")}
</tbody>
</table></div>
`;
}

/** A table of counts that passed the gate. */
export function countTable(counts: DisclosedTable): string {
  const hasPercent = counts.rows.some((row) => row.percent !== null);
  const heads = [...counts.labels, "count", ...(hasPercent ? ["% of table"] : [])];
  const rows = counts.rows.map((row) => [
    ...row.labels,
    String(row.n),
    ...(hasPercent ? [row.percent === null ? "" : String(row.percent)] : []),
  ]);
  const width = counts.labels.length;
  return table(counts.caption, heads, rows, new Set([width, width + 1]));
}

export function code(text: string): string {
  return `<pre><code>${escapeHtml(text)}</code></pre>\n`;
}
