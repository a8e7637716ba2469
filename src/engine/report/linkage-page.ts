import type { LinkageReport } from "../../model/linkage/report.ts";
import { escapeHtml, note, page } from "../deliver/html.ts";
import { percent, whole } from "./format.ts";
import { keyFigures } from "./parts.ts";
import { decisionSections } from "./sections-decision.ts";
import { modelSections } from "./sections-model.ts";
import { readerSections } from "./sections-reader.ts";
import { recordSections } from "./sections-records.ts";
import { reportStyle } from "./style.ts";

/** A part of the report under its number; a part of which there is nothing to tell is left out, and its number too. */
export interface Section {
  readonly number: number;
  readonly title: string;
  readonly body: string;
}

/** A linkage's report as one page, without scripts and with nothing fetched. It shows the report's numbers alone. */
export function linkagePage(report: LinkageReport): string {
  const sections = [
    ...recordSections(report),
    ...modelSections(report),
    ...decisionSections(report),
    ...readerSections(report),
  ].sort((a, b) => a.number - b.number);
  const contents = sections.map(
    ({ number, title }) => `<li value="${number}"><a href="#s${number}">${escapeHtml(title)}</a></li>`,
  );
  const bodies = sections.map(
    ({ number, title, body }) =>
      `<section id="s${number}"><h2>${number}. ${escapeHtml(title)}</h2>\n${body}</section>`,
  );
  const body = `${report.warnings.map(note).join("")}${keyFigures(headFigures(report))}<nav aria-label="Contents"><ol class="contents">${contents.join("")}</ol></nav>
${bodies.join("\n")}`;
  return page("Linkage report", body, reportStyle);
}

function headFigures({ flow, errors }: LinkageReport): (readonly [string, string])[] {
  const records = flow.sources.reduce((sum, its) => sum + its.records, 0);
  const linked = flow.sources.reduce((sum, its) => sum + its.linked, 0);
  const { pairs, expectedFalse, missedShare } = errors.links;
  return [
    ["records", whole(records)],
    ["links", whole(flow.links)],
    ["records in a link", percent(records === 0 ? null : linked / records)],
    ["links expected false", percent(pairs === 0 ? null : expectedFalse / pairs)],
    ["scored matches expected missed", percent(missedShare)],
  ];
}
