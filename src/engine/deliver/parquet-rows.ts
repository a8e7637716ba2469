import { tmpdir } from "node:os";
import { join } from "node:path";
import { duckdb } from "../../sql/duckdb.ts";
import { Session } from "../session.ts";

/** Rows of a Parquet file by its own footer; undefined where it cannot be read. */
export async function parquetRows(path: string): Promise<number | undefined> {
  const session = await Session.open({
    threads: 1,
    memoryBytes: 256 * 2 ** 20,
    spillFolder: join(tmpdir(), `dars-verify-${process.pid}`),
  });
  try {
    const text = `SELECT sum(num_rows) AS n FROM parquet_file_metadata(${duckdb.quoteText(path)})`;
    return Number((await session.row("rows of a Parquet file", text))["n"]);
  } catch {
    return undefined;
  } finally {
    session.close();
  }
}
