import { tmpdir } from "node:os";
import type { HostFunction } from "../src/engine/operations.ts";
import { Session } from "../src/engine/session.ts";
import type { KeyPurpose } from "../src/model/pseudonym.ts";
import { sql } from "../src/sql/sql.ts";
import { columns } from "../src/sql/statement.ts";

/** What `pseudonymise@1` makes of a query of two texts (id, token), in the query's order: the second is the id replaced. */
export async function tokensOf(
  pseudonymise: HostFunction,
  purpose: KeyPurpose,
  domain: string,
  query: string,
): Promise<{ readonly id: string; readonly token: string | null }[]> {
  const session = await Session.open({ threads: 2, memoryBytes: 2 ** 30, spillFolder: tmpdir() });
  try {
    const call = {
      kind: "host",
      id: "tokens",
      fn: "pseudonymise@1",
      input: sql`unused`,
      params: { ...purpose, domains: { token: domain } },
      output: { name: "tokens", columns: columns({ id: "varchar", token: "varchar" }) },
    } as const;
    await pseudonymise(session, call, query);
    const rows = await session.rows("read", "SELECT id, token FROM tokens ORDER BY rowid");
    return rows.map(({ id, token }) => ({ id: String(id), token: token === null ? null : String(token) }));
  } finally {
    session.close();
  }
}
