import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { hostFunctions } from "../../src/engine/host/host-functions.ts";
import { loadPipeline } from "../../src/engine/run/load-pipeline.ts";
import { planPipeline } from "../../src/engine/run/run-pipeline.ts";
import { type ResultPlaces, runStep } from "../../src/engine/run/run-step.ts";
import { versionFolder } from "../../src/engine/versions.ts";
import { openSession, type Workspace } from "../../src/engine/workspace.ts";
import type { WorkspaceState } from "../../src/plan/resolve-inputs.ts";
import { versionOf } from "../../src/plan/step-version.ts";
import { differences } from "../compare.ts";
import type { Bench, Made, Side, Suite } from "../suite.ts";
import { clock, prepareLedger, runIn, scratchWorkspace, specFile, withSession } from "../workspace.ts";
import { copyByHand, exactColumns, prepareTokens } from "../yardsticks/extract.ts";

type Format = "csv" | "parquet";

const agreementFile = "bench-agreement.yaml";

const fields = `[FYEAR, EPIKEY, SUSRECID, AEKEY, ADMIDATE, ADMIMETH, ADMISORC, CLASSPAT, DIAG_4_*, DISDATE, DISDEST, DISMETH, EPIDUR, EPIEND, EPIORDER, EPISTART, EPISTAT, EPITYPE, ETHNOS, FAE, FCE, LSOA11, MAINSPEF, MYDOB, OPERTN_4_*, PROCODE3, SEX, SPELBGIN, SPELDUR, SPELEND, STARTAGE, TRETSPEF]`;

const agreement = `version: 1
agreement: DARS-NIC-000009-BENCH
title: Monthly extract of a year of admitted care
recipient: Example Integrated Care Board
purpose: Planning of hospital services.
legal_basis: Health and Social Care Act 2012, section 261(2)(b)(ii)
start: 2026-01-01
end: 2028-12-31
identifiability: pseudonymised
opt_outs: { apply: true, list: opt-outs.dat, dated: 2026-11-01, max_age_days: 400, untestable: keep }
pseudonyms: { scope: agreement, epoch: 1 }
permissions: { sensitive: [ETHNOS] }
disclosure: hes-2018
formats: [csv, parquet]
data:
  - dataset: hes_apc
    years: [2023/24]
    fields: ${fields}
    why: Use of beds by specialty, diagnosis and area.
`;

function pipeline(name: string, format: Format, delivers: boolean): string {
  return `version: 1
pipeline: ${name}
title: Monthly extract of a year of admitted care
agreement: ${agreementFile}
steps:
  - id: extract
    kind: extract
    ledger: hes
    formats: [${format}]
    tables:
      - dataset: hes_apc
        years: [2023/24]
        fields: ${fields}
${delivers ? "  - { id: deliver, kind: deliver, extract: extract }\n" : ""}`;
}

const pipelineFile = ({ folder }: Bench, name: string) => join(folder, "specs", `${name}.yaml`);

/** A ledger, a delivery to be found unchanged, and ready-made tokens for the yardstick. */
async function prepare(bench: Bench): Promise<void> {
  await prepareLedger(bench);
  await specFile(bench, agreementFile, agreement);
  await copyFile(join(bench.supplier, "opt-outs.dat"), join(bench.folder, "specs", "opt-outs.dat"));
  await specFile(bench, "bench-csv.yaml", pipeline("bench-csv", "csv", false));
  await specFile(bench, "bench-parquet.yaml", pipeline("bench-parquet", "parquet", false));
  const monthly = await specFile(bench, "bench-monthly.yaml", pipeline("bench-monthly", "parquet", true));
  await runIn(bench.workspace, monthly);
  await prepareTokens(bench);
}

/** The extract step alone, planned and run, its files hashed and durable. */
function ours(format: Format): Side {
  return async (bench) => {
    const { workspace } = bench;
    const loaded = await loadPipeline(pipelineFile(bench, `bench-${format}`));
    return async () => {
      const { plan, state } = await planPipeline({ workspace, loaded, period: undefined, asAt: clock.asAt });
      const [step] = plan.steps;
      if (step === undefined) throw new Error("the pipeline has no step");
      const session = await openSession(scratchWorkspace(bench));
      try {
        const staging = join(bench.scratch, "extract");
        const hosts = hostFunctions({ rootKey: workspace.rootKey, threads: 2 }).functions;
        const result = await runStep(
          step,
          session,
          staging,
          placesOf(workspace, state),
          hosts,
          () => undefined,
        );
        const [file] = result.outputs["HES_APC_2023_24"]?.files ?? [];
        return { rows: file?.rows ?? 0, files: { [format]: join(staging, file?.path ?? "") } };
      } finally {
        session.close();
      }
    };
  };
}

function placesOf(workspace: Workspace, state: WorkspaceState): ResultPlaces {
  return {
    step: (id) => {
      throw new Error(`no step ${id} came before`);
    },
    chain: (chain, number) => {
      const version = versionOf(state.versions, chain, number);
      return version && { version, folder: versionFolder(workspace, { ...version, home: "links" }) };
    },
    listPath: (file) => state.lists[file]?.path ?? "",
  };
}

/** Ten million rows joined with four tables of tokens in one statement do not end within our memory. */
const yardstickMemory = { S: 1, M: 1, L: 2 } as const;

function yardstick(format: Format): Side {
  return async (bench) => {
    const copy = await copyByHand(bench, format);
    return async () => ({
      rows: await withSession(
        bench,
        (session) => session.run("copy", copy.text),
        yardstickMemory[bench.size],
      ),
      files: { [format]: copy.path },
    });
  };
}

/** Rows with their numbers, so that the order is compared too; every column. */
async function compare(bench: Bench, left: Made, right: Made): Promise<string[]> {
  const query = ({ files }: Made) =>
    files["parquet"] === undefined
      ? `SELECT row_number() OVER () AS place, line FROM read_csv('${files["csv"]}', auto_detect = false, header = false, delim = '\t', quote = '', escape = '', columns = {'line': 'VARCHAR'})`
      : `SELECT row_number() OVER () AS place, ${exactColumns} FROM read_parquet('${files["parquet"]}')`;
  return await withSession(bench, (session) =>
    differences(session, "rows of the file in order", query(left), query(right)),
  );
}

/** A run in which nothing is to be done: finding that out. */
const secondRun: Side = async (bench) => {
  const { workspace } = bench;
  const file = pipelineFile(bench, "bench-monthly");
  return async () => {
    const record = await runIn(workspace, file);
    if (record.steps.some((step) => step.action === "run")) throw new Error("the second run made something");
    return { rows: 0, files: {} };
  };
};

/** A year of admitted care under pseudonyms, against a bare copy of the same ordered join with ready-made tokens. */
export const extractSuite: Suite = {
  name: "extract",
  prepare,
  works: [
    { name: "to Parquet", ours: ours("parquet"), yardstick: yardstick("parquet"), compare },
    { name: "to CSV", ours: ours("csv"), yardstick: yardstick("csv"), compare },
    { name: "second run, nothing changed (yardstick: goal of 2 s)", ours: secondRun, yardstick: { goal: 2 } },
  ],
};
