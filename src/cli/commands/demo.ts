import { access } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { type DemoTruth, evaluateDemo, placeOptOuts, supplierFiles } from "../../engine/demo.ts";
import type { TruthComparison } from "../../engine/evaluate.ts";
import type { IngestResult } from "../../engine/ingest/ingest-file.ts";
import { initWorkspace } from "../../engine/init-workspace.ts";
import { loadPipeline } from "../../engine/run/load-pipeline.ts";
import { runPipeline } from "../../engine/run/run-pipeline.ts";
import type { RunRecord } from "../../engine/run/run-record.ts";
import { openWorkspace, type Workspace } from "../../engine/workspace.ts";
import type { CommandContext, CommonOptions, Verb } from "../command.ts";
import { runProgress } from "../render/progress.ts";
import { formatCount, renderTable, wrap } from "../render/table.ts";
import { ingestAll } from "./ingest.ts";
import { count, synthesiseInto } from "./synth.ts";

const england = { years: { from: 2023, to: 2024 }, seed: 1, profile: "typical" } as const;

interface Options extends CommonOptions {
  readonly people: string;
}

/** The products that the demo makes, in order; the first gives all records their persons. */
const pipelines = ["identify-hes", "hes-monthly", "hes-ons", "heart-attacks", "cohort-hes"];

/** `dars demo [dir]`: a fresh workspace, a synthetic England, and every product that exists. */
export const demoVerb: Verb = (program, answer) => {
  program
    .command("demo")
    .description("make a workspace with a synthetic England, take it in, link it, and deliver four products")
    .argument("[dir]", "a new folder (default: demo, or demo-2 …)")
    .option("--people <n>", "how many people England has", "50000")
    .action(
      answer(async (context, dir: string | undefined, options: Options) => {
        const began = performance.now();
        const people = count("--people", options.people);
        const root = resolve(dir ?? (await freeFolder("demo")));
        await initWorkspace(root, context.now().slice(0, 10));
        const workspace = await openWorkspace(root);
        context.progress.write(`A synthetic England of ${people.toLocaleString("en-GB")} people …\n`);
        await synthesiseInto(workspace.paths.landing, { ...england, people });
        await placeOptOuts(workspace);
        const ingested = await ingestDemo(workspace, context);
        const runs: RunRecord[] = [];
        for (const name of pipelines) runs.push(await runDemo(workspace, name, context));
        const truth = await evaluateDemo(workspace);
        const seconds = (performance.now() - began) / 1000;
        return {
          json: { workspace: root, seconds, releases: ingested.map((r) => r.release), runs, truth },
          text: renderDemo(root, ingested, runs, truth, seconds),
        };
      }),
    );
};

async function freeFolder(name: string): Promise<string> {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name}-${n}`;
    const taken = await access(candidate).then(
      () => true,
      () => false,
    );
    if (!taken) return candidate;
  }
}

async function ingestDemo(workspace: Workspace, context: CommandContext): Promise<IngestResult[]> {
  const files = await supplierFiles(workspace.paths.landing);
  context.progress.write(`Taking in ${files.length} supplier files …\n`);
  return await ingestAll(
    workspace,
    files.map((file) => ({ file })),
    context,
    () => undefined,
  );
}

async function runDemo(workspace: Workspace, name: string, context: CommandContext): Promise<RunRecord> {
  const loaded = await loadPipeline(join(workspace.root, "pipelines", `${name}.yaml`));
  context.progress.write(`${loaded.pipeline.title} …\n`);
  const progress = runProgress(context.progress);
  const asAt = context.now().slice(0, 10);
  const { now, signal } = context;
  return await runPipeline({ workspace, loaded, period: undefined, asAt, now, signal, progress }).finally(
    progress.end,
  );
}

function renderDemo(
  root: string,
  ingested: readonly IngestResult[],
  runs: readonly RunRecord[],
  truth: DemoTruth,
  seconds: number,
): string {
  const here = relative(process.cwd(), root) || ".";
  return [
    `A workspace in ${here}, made in ${seconds.toFixed(0)} s.`,
    `Taken in\n${indent(renderIngested(ingested))}`,
    `Made\n${indent(renderRuns(runs))}`,
    `Linkage against the known truth\n${indent(renderTruth(truth))}`,
    `A customer's list in HES, by what linked each person\n${indent(renderCohort(runs))}`,
    `Next\n${indent(nextCommands(here, runs).join("\n"))}`,
  ].join("\n\n");
}

function renderIngested(ingested: readonly IngestResult[]): string {
  const byDataSet = new Map<string, { files: number; in: number; kept: number; rejected: number }>();
  for (const { release } of ingested) {
    const sum = byDataSet.get(release.dataSet) ?? { files: 0, in: 0, kept: 0, rejected: 0 };
    byDataSet.set(release.dataSet, {
      files: sum.files + 1,
      in: sum.in + release.rows.in,
      kept: sum.kept + release.rows.kept,
      rejected: sum.rejected + release.rows.rejected,
    });
  }
  const rows = [...byDataSet].map(([id, sum]) => [id, sum.files, sum.in, sum.kept, sum.rejected]);
  return renderTable(["data set", "files", "rows in", "kept", "rejected"], rows);
}

/** Each step with the rows that it took and gave, and where its result stands. */
function renderRuns(runs: readonly RunRecord[]): string {
  const steps = runs.flatMap((run) =>
    run.steps.map((step) =>
      [
        `${run.pipeline} ${step.id}, ${(step.seconds ?? 0).toFixed(1)} s${step.result === null ? "" : `: ${step.result}`}`,
        indent(labelled("took", counts(step.took))),
        indent(labelled("gave", counts(step.gave))),
      ]
        .filter((line) => line.trim() !== "")
        .join("\n"),
    ),
  );
  return steps.join("\n");
}

function labelled(label: string, text: string): string {
  return text === ""
    ? ""
    : `${label} ${wrap(text, 70).replaceAll("\n", "\n     ").replaceAll("\u00a0", " ")}`;
}

/** Rows by name; the years of one data set are added up, and what is empty is left out. */
function counts(rows: Readonly<Record<string, number>>): string {
  const sums = new Map<string, number>();
  for (const [name, n] of Object.entries(rows)) {
    const plain = name.toLowerCase().replace(/_\d{4}_\d{2}$/, "");
    sums.set(plain, (sums.get(plain) ?? 0) + n);
  }
  const shown = [...sums].filter(([, n]) => n > 0);
  return shown.map(([name, n]) => `${formatCount(n)}\u00a0${name}`).join(", ");
}

/** Of the bespoke linkage: how many of the list's persons rules linked, and how many the model among the others. */
function renderCohort(runs: readonly RunRecord[]): string {
  const steps = runs.find((run) => run.pipeline === "cohort-hes")?.steps ?? [];
  const counts = steps.find((step) => step.kind === "combine")?.measures["linked"] ?? {};
  const row = (name: string, n = 0) => [name, n, shown(n / (counts["looked_for"] ?? 0))];
  return renderTable(
    ["", "persons", "share"],
    [
      row("rules", counts["by_rules"]),
      row("model, on whom the rules left", counts["by_model"]),
      row("not found, most of them never in HES", counts["by_none"]),
    ],
  );
}

function renderTruth({ persons, deaths, cohort }: DemoTruth): string {
  const row = (name: string, a: TruthComparison) => [
    name,
    a.found,
    a.right,
    a.wanted,
    shown(a.precision),
    shown(a.recall),
  ];
  return renderTable(
    ["", "found", "right", "true", "precision", "recall"],
    [
      row("HES Patient ID (pairs of records)", persons),
      row("HES–ONS (deaths of persons)", deaths),
      row("Cohort in HES (persons of a customer's list)", cohort),
    ],
  );
}

function shown(ratio: number | null): string {
  return ratio === null ? "–" : ratio.toFixed(4);
}

function nextCommands(here: string, runs: readonly RunRecord[]): string[] {
  const delivery = runs
    .flatMap((run) => run.steps.filter((s) => s.kind === "deliver").map((s) => s.result))
    .at(1);
  return [
    `cd ${here}`,
    `npx dars verify ${delivery ?? "deliveries/…"}`,
    "npx dars run pipelines/hes-monthly.yaml        # nothing changed, so nothing runs",
    "npx dars plan pipelines/hes-ons.yaml --period 2025-01",
    "npx dars explain pipelines/hes-ons.yaml mortality --dialect spark",
    "npx dars runs show last",
    "npx dars catalogue hes_apc ADMIMETH",
  ];
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}
