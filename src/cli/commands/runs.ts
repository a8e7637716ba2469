import { refuse } from "../../base/diagnostics.ts";
import { type RunRecord, readRunRecords, type StepReceipt } from "../../engine/run/run-record.ts";
import { type CommonOptions, type Verb, workspaceOf } from "../command.ts";
import { formatCount, renderTable } from "../render/table.ts";
import { renderRun } from "./run.ts";

/** `dars runs list | show | diff`: what was run, what it did, and how two runs differ. */
export const runsVerb: Verb = (program, answer) => {
  const runs = program.command("runs").description("the history of runs");
  runs
    .command("list")
    .description("all runs, the newest first")
    .action(
      answer(async (_context, options: CommonOptions) => {
        const records = (await recordsOf(options)).reverse();
        return {
          json: { runs: records.map(({ steps: _, ...record }) => record) },
          text: renderList(records),
        };
      }),
    );
  runs
    .command("show")
    .description("one run: its steps, inputs, rows and counts")
    .argument("<run>", "the run's name, or `last`")
    .action(
      answer(async (_context, name: string, options: CommonOptions) => {
        const record = find(await recordsOf(options), name);
        return {
          json: record,
          text: `${renderRun(record)}\n\n${record.steps.map(renderReceipt).join("\n\n")}`,
        };
      }),
    );
  runs
    .command("diff")
    .description("what differs between two runs: inputs, steps, rows and counts")
    .argument("<before>", "the earlier run's name")
    .argument("<after>", "the later run's name, or `last`")
    .action(
      answer(async (_context, before: string, after: string, options: CommonOptions) => {
        const records = await recordsOf(options);
        const differences = diff(find(records, before), find(records, after));
        const rows = differences.map((d) => [d.what, d.before, d.after]);
        return {
          json: { differences },
          text:
            rows.length === 0
              ? "No difference."
              : renderTable(["what", "before", "after"], rows, [30, 24, 24]),
        };
      }),
    );
};

async function recordsOf(options: CommonOptions): Promise<RunRecord[]> {
  return await readRunRecords((await workspaceOf(options)).paths.runs);
}

function find(records: readonly RunRecord[], name: string): RunRecord {
  const found = name === "last" ? records.at(-1) : records.find((record) => record.id === name);
  return found ?? refuse("run/unknown-run", { file: "runs" }, { run: name });
}

function renderList(records: readonly RunRecord[]): string {
  if (records.length === 0) return "No run yet.";
  const rows = records.map((r) => [r.id, r.state, r.period ?? "", r.asAt, r.reason ?? ""]);
  return renderTable(["run", "state", "period", "as at", "reason"], rows);
}

function renderReceipt(step: StepReceipt): string {
  const inputs = Object.entries(step.inputs).map(([name, label]) => `  reads ${name}: ${label}`);
  const operations = step.operations.flatMap(({ id, rows, told = [] }) => [
    `  ${id}: ${formatCount(rows)} rows`,
    ...told.map((what) => `    ${what}`),
  ]);
  const counts = Object.entries(step.measures).flatMap(([id, measure]) =>
    Object.entries(measure).map(([name, n]) => `  ${id}.${name}: ${formatCount(n)}`),
  );
  return [`${step.id} (${step.kind}): ${step.action}, ${step.why}`, ...inputs, ...operations, ...counts].join(
    "\n",
  );
}

interface Difference {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** Facts of two runs side by side; those that are equal are left out. */
function diff(before: RunRecord, after: RunRecord): Difference[] {
  const [a, b] = [facts(before), facts(after)];
  const names = [...new Set([...a.keys(), ...b.keys()])].sort();
  return names
    .map((what) => ({ what, before: a.get(what) ?? "–", after: b.get(what) ?? "–" }))
    .filter((d) => d.before !== d.after);
}

function facts(record: RunRecord): Map<string, string> {
  const steps = record.steps.flatMap((step) => [
    ...Object.entries(step.inputs).map(([name, label]) => [`${step.id} reads ${name}`, label] as const),
    ...step.operations.map((o) => [`${step.id} ${o.id} rows`, String(o.rows)] as const),
    ...Object.entries(step.measures).flatMap(([id, measure]) =>
      Object.entries(measure).map(([name, n]) => [`${step.id} ${id}.${name}`, String(n)] as const),
    ),
    [`${step.id} result`, step.result ?? ""] as const,
  ]);
  const { dars, engine } = record.versions;
  return new Map([
    ["pipeline", record.pipeline],
    ["period", record.period ?? ""],
    ["as at", record.asAt],
    ["dars", dars],
    ["engine", engine],
    ...steps,
  ]);
}
