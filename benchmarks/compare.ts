import type { Session } from "../src/engine/session.ts";

/**
 * What differs between two queries with the same columns, as bags of rows: rows of either that the other lacks, with
 * one of them to look at. Nothing where they are the same, by the number of rows and two sums over a hash of each, so
 * that ten million rows are compared within the memory of the bench.
 */
export async function differences(
  session: Session,
  what: string,
  ours: string,
  yardstick: string,
): Promise<string[]> {
  const [left, right] = [await sums(session, ours), await sums(session, yardstick)];
  if (left["n"] === right["n"] && left["total"] === right["total"] && left["mixed"] === right["mixed"])
    return [];
  const found = [`${what}: ${left["n"]} rows of ours, ${right["n"]} of the yardstick`];
  for (const [name, a, b] of [
    ["ours", ours, yardstick],
    ["the yardstick", yardstick, ours],
  ] as const) {
    await session.run("except", `CREATE OR REPLACE TEMP TABLE differing AS (${a}) EXCEPT ALL (${b})`);
    const rows = await session.rows(
      "first",
      "SELECT (SELECT count(*) FROM differing) AS n, CAST(d AS VARCHAR) AS row FROM differing AS d LIMIT 1",
    );
    found.push(...rows.map(({ n, row }) => `${what}: ${n} rows of ${name} alone, such as ${row}`));
  }
  return found;
}

async function sums(session: Session, query: string): Promise<Record<string, string>> {
  const hashed = `SELECT hash(q) AS h FROM (${query}) AS q`;
  const text = `SELECT count(*) AS n, sum(CAST(h AS HUGEINT)) AS total, bit_xor(h) AS mixed FROM (${hashed})`;
  const row = await session.row("sums", text);
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)]));
}
