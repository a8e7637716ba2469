import { appendFile, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fingerprint } from "../src/base/hash.ts";
import type { Json } from "../src/base/stable-json.ts";
import { runOperations } from "../src/engine/operations.ts";
import { engineVersion } from "../src/engine/product-version.ts";
import type { Session } from "../src/engine/session.ts";
import { duckdb } from "../src/sql/duckdb.ts";
import type { Copy, Operation } from "../src/sql/operation.ts";
import { operationSql } from "../src/sql/operation-sql.ts";
import { print } from "../src/sql/print.ts";
import { compileEngland, optOuts } from "../src/synth/england.ts";
import type { SynthOptions } from "../src/synth/plan.ts";
import { type Size, sizes } from "./suite.ts";

/** One final year in which each person has about one episode of admitted care. */
function englandOptions(size: Size): SynthOptions {
  const rows = sizes[size];
  return {
    people: rows,
    years: { from: 2023, to: 2023 },
    seed: 1,
    profile: "typical",
    provisional: false,
    apcEpisodes: rows,
  };
}

/** The supplier file of admitted patient care. */
export const apcFileName = "HES_APC_202399.txt";

/** Of all that the generator makes, the suites read admitted patient care and deaths. */
const wanted = /^(HES_APC|ONS_DEATHS)_/;

/** Tells inputs apart that come of other options or of another generator. */
export function englandName(size: Size): string {
  const operations = wantedOperations(size).map((operation) => [
    operation.id,
    operationSql(operation, duckdb),
  ]);
  return `${size}-${fingerprint([engineVersion, operations] as Json).slice(0, 12)}`;
}

function wantedOperations(size: Size): Operation[] {
  return compileEngland(englandOptions(size)).filter(
    (operation) => operation.kind !== "copy" || wanted.test(operation.file),
  );
}

/** Writes the supplier files and the list of opt-outs into a new folder, whole or not at all. */
export async function writeEngland(session: Session, size: Size, folder: string): Promise<void> {
  const staged = `${folder}.part`;
  await rm(staged, { recursive: true, force: true });
  await mkdir(staged, { recursive: true });
  for (const operation of wantedOperations(size)) {
    if (operation.kind === "copy") await writeLines(session, operation, staged);
    else await runOperations([operation], { session, folder: staged, hostFunctions: {} });
  }
  const list = print(optOuts(englandOptions(size)), duckdb);
  await session.run(
    "opt-outs",
    `COPY (SELECT nhs_number || ',' FROM (${list})) TO ${duckdb.quoteText(join(staged, "opt-outs.dat"))} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\t')`,
  );
  await rename(staged, folder);
}

/** A copy of one column of whole lines; files of deaths end in a line that counts their records. */
async function writeLines(session: Session, operation: Copy, folder: string): Promise<void> {
  const path = join(folder, operation.file);
  const options = "FORMAT csv, HEADER true, DELIMITER '\t', QUOTE '', ESCAPE '', NULLSTR ''";
  const text = `COPY (${operationSql(operation, duckdb)}) TO ${duckdb.quoteText(path)} (${options})`;
  const records = await session.run(operation.id, text);
  if (operation.file.startsWith("ONS_")) await appendFile(path, `COUNT|${records}\n`);
}
