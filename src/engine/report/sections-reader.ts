import type { GuildItem, ReportKey } from "../../model/linkage/evaluate/guild.ts";
import type { LinkageReport, Subgroup, Subgroups } from "../../model/linkage/evaluate/report.ts";
import { escapeHtml, paragraph } from "../deliver/html.ts";
import { bits, percent, whole } from "./format.ts";
import { type Cell, dataTable } from "./parts.ts";
import type { Section } from "./section.ts";

/** What readers of linked data must know: who is linked and who is not, what is still to be stated, and with what it was made. */
export function readerSections({ guild, subgroups, versions, specification }: LinkageReport): Section[] {
  return [
    { key: "guild", title: "What readers need to know", body: guildTable(guild) },
    ...(subgroups.length === 0
      ? []
      : [{ key: "subgroups" as const, title: "Who is linked", body: subgroups.map(subgroupTable).join("") }]),
    {
      key: "versions",
      title: "How it was made",
      body: `${paragraph(`dars ${versions.dars} on ${versions.engine}.`)}<p>SHA-256 of the specification, without the places of its files: <code class="print">${escapeHtml(specification)}</code></p>\n`,
    },
  ];
}

/** The parts of the report as a reader is led to them. */
const names: Readonly<Record<ReportKey, string>> = {
  versions: "versions",
  flow: "records and links",
  model: "the model",
  weights: "weights",
  training: "training",
  completeness: "completeness",
  unlinkables: "records that nothing could link",
  errors: "errors",
  margins: "margins",
  dependence: "columns that agree together",
  patterns: "pairs",
  subgroups: "who is linked",
};

function guildTable(items: readonly GuildItem[]): string {
  const steps = [...new Set(items.map(({ step }) => step))];
  const row = ({ item, state, sections, toState }: GuildItem): Cell[] => {
    const told = sections.map((key) => `<a href="#${key}">${names[key]}</a>`).join(", ");
    const toAdd = toState === null ? "" : `<strong>For you to state:</strong> ${escapeHtml(toState)}`;
    const here = state === "to state" ? "" : `See ${told}. `;
    return [item, { html: `${here}${toAdd}` }];
  };
  return (
    paragraph(
      "The items of the GUILD guidance for linked data (Gilbert and others, 2018): what this report tells, and what only you know.",
    ) +
    dataTable(
      "",
      [{ head: "item" }, { head: "told in" }],
      steps.map((step) => ({ head: step, rows: items.filter((item) => item.step === step).map(row) })),
    )
  );
}

function subgroupTable({ by, sources }: Subgroups): string {
  const row = ({ value, records, linked, difference }: Subgroup): Cell[] => [
    value === null ? { html: '<span class="missing">missing</span>' } : value,
    whole(records),
    percent(records === 0 ? null : linked / records),
    difference === null ? "" : bits(difference),
  ];
  return dataTable(
    `By ${by}`,
    [
      { head: "group" },
      { head: "records", as: "n" },
      { head: "linked", as: "n" },
      { head: "standardised difference", as: "n" },
    ],
    sources.map(({ source, groups, small, others }) => ({
      head: source,
      rows: [
        ...groups.map(row),
        ...(others === null
          ? []
          : [
              [
                `${whole(others.values)} further groups`,
                whole(others.records),
                percent(others.linked / others.records),
                "",
              ],
            ]),
        ...(small === null
          ? []
          : [
              [
                `${whole(small.values)} groups of fewer than ten`,
                small.records === null ? "fewer than ten" : whole(small.records),
                small.records === null || small.linked === null ? "" : percent(small.linked / small.records),
                "",
              ],
            ]),
      ],
    })),
  );
}
