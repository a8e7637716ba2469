import { appendFile, open } from "node:fs/promises";
import { join } from "node:path";
import { duckdb } from "../sql/duckdb.ts";
import { print } from "../sql/print.ts";
import { compileEngland, optOuts } from "../synth/england.ts";
import type { SynthOptions } from "../synth/plan.ts";
import { type OperationEvent, type OperationResult, runOperations } from "./operations.ts";
import type { Session } from "./session.ts";

export type { SynthOptions } from "../synth/plan.ts";

/** A file written, named relative to the folder. */
export interface SynthFile {
  readonly file: string;
  /** Id of the data set in the catalogue; `truth` and `opt_outs` for what no supplier sends. */
  readonly dataSet: string;
  /** Lines of a text file, header and trailer included; rows of a Parquet file. */
  readonly rows: number;
  /** Records it holds. */
  readonly records: number;
}

/** What was made. */
export interface SynthResult {
  readonly files: readonly SynthFile[];
  /** Supplier records over all files; a record in two releases counts twice. */
  readonly records: number;
}

const dataSets: readonly (readonly [RegExp, string])[] = [
  [/^HES_APC_/, "hes_apc"],
  [/^HES_OP_/, "hes_op"],
  [/^HES_AE_/, "hes_ae"],
  [/^HES_CC_/, "hes_cc"],
  [/^ONS_DEATHS_/, "ons_deaths"],
];

/**
 * Writes a synthetic England into a folder: supplier files, `truth/` and `opt-outs.dat`. Leaves tables named
 * `synth_…` in the session, which must not hold any before.
 *
 * Errors: EngineError where the database fails; InvariantError where the options leave the generator's bounds.
 */
export async function synthesise(
  session: Session,
  options: SynthOptions,
  folder: string,
  onOperation?: (event: OperationEvent) => void,
): Promise<SynthResult> {
  const results = await runOperations(compileEngland(options), {
    session,
    folder,
    hostFunctions: {},
    ...(onOperation === undefined ? {} : { onOperation }),
  });
  const files = [];
  for (const result of results) files.push(...(await finished(result, folder)));
  files.push(await writeOptOuts(session, options, folder));
  const supplied = files.filter(({ dataSet }) => dataSet !== "truth" && dataSet !== "opt_outs");
  return { files, records: supplied.reduce((sum, { records }) => sum + records, 0) };
}

/** A written file as told to the caller; a deaths file gets its trailer. */
async function finished({ file, rows }: OperationResult, folder: string): Promise<SynthFile[]> {
  if (file === undefined) return [];
  const dataSet = dataSets.find(([name]) => name.test(file))?.[1] ?? "truth";
  if (dataSet === "truth") return [{ file, dataSet, rows, records: rows }];
  if (dataSet !== "ons_deaths") return [{ file, dataSet, rows: rows + 1, records: rows }];
  await appendFile(join(folder, file), `COUNT|${rows}\n`);
  return [{ file, dataSet, rows: rows + 2, records: rows }];
}

/** `opt-outs.dat` as the opt-out service takes it: one NHS number a line, a comma after it. */
async function writeOptOuts(session: Session, options: SynthOptions, folder: string): Promise<SynthFile> {
  const file = "opt-outs.dat";
  const target = await open(join(folder, file), "w");
  let rows = 0;
  try {
    for await (const chunk of session.chunks("opt-outs", print(optOuts(options), duckdb))) {
      const numbers = chunk.getColumnValues(0);
      await target.write(numbers.map((number) => `${String(number)},\n`).join(""));
      rows += numbers.length;
    }
  } finally {
    await target.close();
  }
  return { file, dataSet: "opt_outs", rows, records: rows };
}
