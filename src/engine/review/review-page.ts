import { createHash } from "node:crypto";
import { escapeHtml, pageStyle } from "../deliver/html.ts";
import { reviewScript } from "./review-script.ts";

/** A record of a pair: where it is from, and its values by the page's columns; null where one is missing. */
interface ReviewedRecord {
  readonly source: string;
  readonly id: string;
  readonly values: readonly (string | null)[];
}

/** A pair that a person is to judge. */
export interface ReviewedPair {
  readonly left: ReviewedRecord;
  readonly right: ReviewedRecord;
  readonly weight: number;
  readonly probability: number;
}

const style = `${pageStyle}
body { max-width: 60rem; }
#bar { position: sticky; top: 0; display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; padding: .6rem 0; background: var(--paper); border-bottom: 1px solid var(--line); }
section { margin: 1.5rem 0; padding: .5rem 1rem 1rem; border: 1px solid var(--line); border-radius: .4rem; }
section.judged { border-color: var(--link); }
section h2 { margin: .5rem 0; border: 0; font-size: 1rem; }
section table { width: 100%; margin: .5rem 0; table-layout: fixed; } th, td { overflow-wrap: anywhere; }
th:first-child { width: 30%; } tr.differ td { background: var(--soft); font-weight: bold; } td.none { opacity: .6; }
fieldset { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; margin: .5rem 0; padding: .25rem .75rem .5rem; border: 1px solid var(--line); }
label { padding: .3rem 0; } button { font: inherit; padding: .4rem .9rem; } .weight { display: none; } body.weights .weight { display: inline; }
`;

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/**
 * A page on which a person judges pairs of records and saves the answers as labels. It is one file: nothing is fetched,
 * and no script runs but its own.
 */
export function reviewPage(columns: readonly string[], pairs: readonly ReviewedPair[]): string {
  const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(reviewScript)}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Pairs to review</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Pairs to review</h1>
<p class="note"><strong>This page holds people's own data.</strong> Keep it where the records may be kept, send it to nobody, and delete it when the review is done. Nothing is sent from it; answers stay in this window until they are saved.</p>
<p>Are the two records of one person? Values that differ stand out. Pairs are in no order of likelihood.</p>
<div id="bar"><span id="progress" role="status">0 of ${pairs.length} judged</span><button id="save" type="button">Save the answers as labels.csv</button><label><input type="checkbox" id="weights"> show match weights</label></div>
${pairs.map((pair, i) => pairSection(columns, pair, i)).join("\n")}
</main>
<script>${reviewScript}</script>
</body>
</html>
`;
}

const answers = [
  ["1", "Match"],
  ["0", "No match"],
  ["", "Unsure"],
] as const;

function pairSection(
  columns: readonly string[],
  { left, right, weight, probability }: ReviewedPair,
  i: number,
): string {
  const data = [left.source, left.id, right.source, right.id].map(escapeHtml);
  const [sourceL, idL, sourceR, idR] = data;
  const rows = columns.map((column, c) => valueRow(column, left.values[c] ?? null, right.values[c] ?? null));
  const choices = answers.map(
    ([value, text]) => `<label><input type="radio" name="pair-${i}" value="${value}"> ${text}</label>`,
  );
  const bits = `${weight < 0 ? "−" : "+"}${Math.abs(weight).toFixed(1)} bits, ${(100 * probability).toFixed(1)}%`;
  return `<section data-source-l="${sourceL}" data-id-l="${idL}" data-source-r="${sourceR}" data-id-r="${idR}" aria-labelledby="head-${i}">
<h2 id="head-${i}">Pair ${i + 1} <span class="weight">(${bits})</span></h2>
<table>
<thead><tr><th scope="col">column</th><th scope="col">${sourceL} ${idL}</th><th scope="col">${sourceR} ${idR}</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>
<fieldset><legend>One person?</legend>${choices.join("")}</fieldset>
</section>`;
}

function valueRow(column: string, left: string | null, right: string | null): string {
  const cell = (value: string | null) =>
    value === null ? '<td class="none">missing</td>' : `<td>${escapeHtml(value)}</td>`;
  const isDifferent = left !== null && right !== null && left !== right;
  return `<tr${isDifferent ? ' class="differ"' : ""}><th scope="row">${escapeHtml(column)}</th>${cell(left)}${cell(right)}</tr>`;
}
