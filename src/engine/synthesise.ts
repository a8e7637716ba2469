import { appendFile, open } from "node:fs/promises";
import { join } from "node:path";
import { catalogue } from "../catalogue/catalogue.ts";
import type { Shape } from "../catalogue/dataset.ts";
import { duckdb } from "../sql/duckdb.ts";
import type { Copy, Operation } from "../sql/operation.ts";
import { operationSql } from "../sql/operation-sql.ts";
import { print } from "../sql/print.ts";
import { compileEngland, optOuts } from "../synth/england.ts";
import type { SynthOptions } from "../synth/plan.ts";
import { makeFolder } from "./durable.ts";
import { type OperationResult, runOperations } from "./operations.ts";
import type { Session } from "./session.ts";

export type { SynthOptions } from "../synth/plan.ts";

/** A file written, named relative to the folder. */
interface SynthFile {
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

/** The catalogue's shape of a supplier file, by its name; undefined for what no supplier sends. */
function shapeOf(file: string): { readonly dataSet: string; readonly shape: Shape } | undefined {
  const shapes = catalogue.flatMap((dataSet) =>
    dataSet.shapes.map((shape) => ({ dataSet: dataSet.id, shape })),
  );
  return shapes.find(({ shape }) => shape.fileName?.test(file));
}

/**
 * Writes a synthetic England into a folder: supplier files, `truth/` and `opt-outs.dat`. Its tables, named
 * `synth_…`, are dropped at the end. `onFile` is told of each file as it is done.
 *
 * Errors: EngineError where the database fails; InvariantError where the options leave the generator's bounds.
 */
export async function synthesise(
  session: Session,
  options: SynthOptions,
  folder: string,
  onFile: (file: SynthFile) => void = () => undefined,
): Promise<SynthResult> {
  await makeFolder(folder);
  const operations = compileEngland(options);
  const files: SynthFile[] = [];
  try {
    for (const operation of operations) {
      const made = await written(session, operation, folder);
      made.forEach(onFile);
      files.push(...made);
    }
    files.push(await writeOptOuts(session, options, folder));
  } finally {
    for (const { output } of operations.filter((operation) => operation.kind === "statement")) {
      await session.run("drop", `DROP TABLE IF EXISTS ${duckdb.quoteIdentifier(output.name)}`);
    }
  }
  const supplied = files.filter(({ dataSet }) => dataSet !== "truth" && dataSet !== "opt_outs");
  return { files, records: supplied.reduce((sum, { records }) => sum + records, 0) };
}

/** Runs one operation; the files it wrote. */
async function written(session: Session, operation: Operation, folder: string): Promise<SynthFile[]> {
  if (operation.kind === "copy" && operation.as.format === "csv") {
    return [await writeLines(session, operation, folder)];
  }
  const results = await runOperations([operation], { session, folder, hostFunctions: {} });
  return results.flatMap(truthFile);
}

/**
 * Writes a copy of one column of whole lines; nothing is quoted, no value holds a tab. Where the file's shape has
 * a trailer, the line that counts its records ends it.
 */
async function writeLines(session: Session, operation: Copy, folder: string): Promise<SynthFile> {
  const { id, file } = operation;
  const path = join(folder, file);
  const options = "FORMAT csv, HEADER true, DELIMITER '\t', QUOTE '', ESCAPE '', NULLSTR ''";
  const query = operationSql(operation, duckdb);
  const records = await session.run(id, `COPY (\n${query}\n) TO ${duckdb.quoteText(path)} (${options})`);
  const supplied = shapeOf(file);
  const dataSet = supplied?.dataSet ?? "truth";
  if (supplied?.shape.trailer === undefined) return { file, dataSet, rows: records + 1, records };
  await appendFile(path, `COUNT|${records}\n`);
  return { file, dataSet, rows: records + 2, records };
}

function truthFile({ file, rows }: OperationResult): SynthFile[] {
  return file === undefined ? [] : [{ file, dataSet: "truth", rows, records: rows }];
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
