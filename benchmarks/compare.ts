import type { Session } from "../src/engine/session.ts";

/**
 * What differs between two queries with the same columns, as bags of rows: rows of either that the other lacks, with
 * one of them to look at. Nothing where they are the same.
 */
export async function differences(
  session: Session,
  what: string,
  ours: string,
  yardstick: string,
): Promise<string[]> {
  const count = async (query: string) =>
    Number((await session.row("count", `SELECT count(*) AS n FROM (${query})`))["n"]);
  const [left, right] = [await count(ours), await count(yardstick)];
  const found = left === right ? [] : [`${what}: ${left} rows of ours, ${right} of the yardstick`];
  for (const [name, a, b] of [
    ["ours", ours, yardstick],
    ["the yardstick", yardstick, ours],
  ] as const) {
    await session.run("except", `CREATE OR REPLACE TEMP TABLE differing AS (${a}) EXCEPT ALL (${b})`);
    const rows = await count("SELECT * FROM differing");
    if (rows === 0) continue;
    const [first] = await session.rows(
      "first",
      "SELECT CAST(d AS VARCHAR) AS row FROM differing AS d LIMIT 1",
    );
    found.push(`${what}: ${rows} rows of ${name} alone, such as ${String(first?.["row"])}`);
  }
  return found;
}
