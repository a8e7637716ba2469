import type { LinkageReport } from "../../model/linkage/evaluate/report.ts";
import { escapeHtml, note, page } from "../deliver/html.ts";
import { percent, share, whole } from "./format.ts";
import { keyFigures } from "./parts.ts";
import type { Section } from "./section.ts";
import { decisionSections } from "./sections-decision.ts";
import { modelSections } from "./sections-model.ts";
import { patternSection } from "./sections-patterns.ts";
import { readerSections } from "./sections-reader.ts";
import { recordSections } from "./sections-records.ts";
import { reportStyle } from "./style.ts";

/** In the order in which a reader needs them. */
const order: readonly Section["key"][] = [
  "flow",
  "model",
  "weights",
  "training",
  "completeness",
  "unlinkables",
  "errors",
  "margins",
  "dependence",
  "patterns",
  "subgroups",
  "guild",
  "versions",
];

/** A linkage's report as one page, without scripts and with nothing fetched. It shows the report's numbers alone. */
export function linkagePage(report: LinkageReport): string {
  const sections = [
    ...recordSections(report),
    ...modelSections(report),
    ...decisionSections(report),
    patternSection(report),
    ...readerSections(report),
  ].sort((a, b) => order.indexOf(a.key) - order.indexOf(b.key));
  const contents = sections.map(({ key, title }) => `<li><a href="#${key}">${escapeHtml(title)}</a></li>`);
  const bodies = sections.map(
    ({ key, title, body }, i) =>
      `<section id="${key}"><h2>${i + 1}. ${escapeHtml(title)}</h2>\n${body}</section>`,
  );
  const body = `${note(about)}${report.warnings.map(note).join("")}${keyFigures(headFigures(report))}<nav aria-label="Contents"><ol class="contents">${contents.join("")}</ol></nav>
${bodies.join("\n")}`;
  return page("Linkage report", body, reportStyle);
}

const about =
  "Exact counts, and no record's values: for those who may see the records; what leaves must be cleared. Weights are in bits: one bit more doubles the odds that two records are of one person. report.json holds the same numbers.";

function headFigures({ flow, errors }: LinkageReport): (readonly [string, string])[] {
  const records = flow.sources.reduce((sum, its) => sum + its.records, 0);
  const linked = flow.sources.reduce((sum, its) => sum + its.linked, 0);
  const { pairs, expectedFalse, missedShare } = errors.links;
  return [
    ["records", whole(records)],
    ["links", whole(flow.links)],
    ["records in a link", percent(share(linked, records))],
    ["links expected false", percent(share(expectedFalse, pairs))],
    ["scored matches expected missed", percent(missedShare)],
  ];
}
