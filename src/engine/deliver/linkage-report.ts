import { type Json, stableJson } from "../../base/stable-json.ts";
import { type Cleared, type CountTable, type DisclosedCounts, disclose } from "../../model/gate.ts";
import { duckdb } from "../../sql/duckdb.ts";
import type { BagPlan } from "../../steps/bag.ts";
import type { Session } from "../session.ts";
import { writeBagFile } from "./bagit.ts";
import { countTable, heading, note, page, paragraph, table } from "./html.ts";

/**
 * Sections in the order in which a linkage is reported; whatever else a report has comes after them.
 * Source: GUILD guidance for reporting linked data; RECORD statement, items 6.3, 12.3 and 13.1.
 */
const sections: Readonly<Record<string, string>> = {
  flow: "Flow of records",
  inputs: "Inputs and their quality",
  method: "Method",
  results: "Results by step and group",
  linked: "Deaths that were linked",
  held: "Registrations that found no person",
  "not registered": "Hospital deaths without a registration",
  implausible: "Signs of error",
  stability: "Stability since the last delivery",
};

/** What became of persons and records in the extract itself; whole counts, not yet cleared. */
export interface ExtractCounts {
  readonly personsFound: number;
  readonly personsDelivered: number;
  readonly optOutsApplied: boolean;
}

/** Writes linkage.json and its twin for people, linkage.html; every number in both went through the gate. */
export async function writeLinkageReport(
  bag: string,
  plan: BagPlan,
  session: Session,
  counts: ExtractCounts,
): Promise<void> {
  const { disclosure } = plan.extract.records.terms;
  const report = plan.linkage === null ? [] : await readReport(session, plan.linkage.relation);
  const tables = [...(await extractFlow(session, plan, counts)), ...report];
  await render(bag, plan, disclose(disclosure, tables));
}

async function render(bag: string, plan: BagPlan, counts: Cleared<DisclosedCounts>): Promise<void> {
  const json = stableJson({ ...counts, method: plan.linkage?.facts ?? null } as unknown as Json, 2);
  await writeBagFile(bag, "data/quality/linkage.json", `${json}\n`);
  const method = Object.entries((plan.linkage?.facts ?? {}) as Record<string, Json>);
  const body = [
    note(`Counts follow ${counts.policy.id}, version ${counts.policy.version}: ${counts.policy.about}.`),
    plan.linkage === null ? paragraph("No other data set was linked in this delivery.") : "",
    ...ordered(counts).map(({ title, tables }) => heading(title) + tables.map(countTable).join("")),
    method.length === 0 ? "" : heading("Rules used"),
    method.length === 0
      ? ""
      : table(
          "What the linkage states of itself",
          ["item", "value"],
          method.map(([key, value]) => [key, typeof value === "string" ? value : stableJson(value)]),
        ),
  ];
  await writeBagFile(bag, "data/quality/linkage.html", page(`Linkage quality: ${plan.title}`, body.join("")));
}

/** Tables by section; a table's name is `<section>.<group>`. */
function ordered({ tables }: DisclosedCounts): { title: string; tables: DisclosedCounts["tables"] }[] {
  const names = [...new Set(tables.map((t) => sectionOf(t.name)))];
  const known = Object.keys(sections).filter((section) => names.includes(section));
  const others = names.filter((section) => sections[section] === undefined).sort();
  return [...known, ...others].map((section) => ({
    title: sections[section] ?? section,
    tables: tables.filter((t) => sectionOf(t.name) === section),
  }));
}

function sectionOf(name: string): string {
  return name.split(".")[0] ?? name;
}

/** A report's rows as tables. The rows of a group share out one whole, so each is shown as its part of it. */
async function readReport(session: Session, relation: string): Promise<CountTable[]> {
  const rows = await session.rows(
    "linkage report",
    `SELECT section, "group" AS part, value, n FROM ${duckdb.quoteIdentifier(relation)} ORDER BY section, part, value`,
  );
  const byName = new Map<string, { labels: string[]; n: number }[]>();
  for (const row of rows) {
    const name = `${row["section"]}.${row["part"] ?? ""}`;
    const its = byName.get(name) ?? [];
    its.push({ labels: [row["value"] === null ? "not stated" : String(row["value"])], n: Number(row["n"]) });
    byName.set(name, its);
  }
  return [...byName].map(([name, its]) => ({
    name,
    caption: name.slice(name.indexOf(".") + 1).replaceAll("_", " ") || sectionOf(name),
    labels: ["value"],
    rows: its.map((row) => ({ ...row, of: its.reduce((sum, { n }) => sum + n, 0) })),
  }));
}

async function extractFlow(session: Session, plan: BagPlan, counts: ExtractCounts): Promise<CountTable[]> {
  const summary = await session.rows(
    "extract summary",
    `SELECT table_name, records, persons FROM ${duckdb.quoteIdentifier(plan.extract.summary)} ORDER BY table_name`,
  );
  const removed = counts.personsFound - counts.personsDelivered;
  const persons = [
    { labels: ["persons with records that were asked for"], n: counts.personsFound },
    ...(counts.optOutsApplied ? [{ labels: ["left out: opted out, or not testable"], n: removed }] : []),
    { labels: ["persons delivered"], n: counts.personsDelivered },
  ];
  const byTable = (column: string) =>
    summary.map((row) => ({ labels: [String(row["table_name"])], n: Number(row[column]) }));
  return [
    { name: "flow.persons", caption: "Persons in this delivery", labels: ["step"], rows: persons },
    { name: "flow.records", caption: "Records in each table", labels: ["table"], rows: byTable("records") },
    {
      name: "flow.persons_by_table",
      caption: "Persons in each table",
      labels: ["table"],
      rows: byTable("persons"),
    },
  ];
}
