import { fingerprint } from "../../base/hash.ts";
import type { Json } from "../../base/stable-json.ts";
import type { HostCall, Operation } from "../../sql/operation.ts";
import { sql } from "../../sql/sql.ts";
import { columns } from "../../sql/statement.ts";
import type { StepOutput } from "../step-kind.ts";
import type { MatchSpec } from "./match-spec.ts";

/** The report's files: the same numbers for programs and for people. */
const files = { json: "report.json", html: "report.html" } as const;

/** The report among a match step's outputs. */
export const reportOutput: StepOutput = { columns: [], files: [files.json, files.html] };

/** Makes both files of the report. `report` is the call that makes its text from the scored pairs, a table `report`. */
export function reportOperations(report: HostCall): Operation[] {
  const page: HostCall = {
    kind: "host",
    id: "report_page",
    fn: "report_page@1",
    input: sql`SELECT report FROM report`,
    params: {},
    output: { name: "report_page", columns: columns({ page: "varchar" }) },
  };
  return [
    report,
    page,
    { kind: "document", id: "report", query: sql`SELECT report FROM report`, file: files.json },
    { kind: "document", id: "report_page", query: sql`SELECT page FROM report_page`, file: files.html },
  ];
}

/** What a specification asks for, wherever its files are. */
export function specificationPrint({ sources, previous: _, ...rest }: MatchSpec): string {
  const named = Object.entries(sources).map(([name, { id }]) => [name, id]);
  return fingerprint({ ...rest, sources: named } as unknown as Json);
}
