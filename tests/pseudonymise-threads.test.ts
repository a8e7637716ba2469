import { createHmac } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import type * as Host from "../src/engine/host/pseudonymise.ts";
import { agreementKey, newRootKey } from "../src/engine/keys.ts";
import { Session } from "../src/engine/session.ts";
import { type KeyPurpose, lengthPrefixed, tokenText } from "../src/model/pseudonym.ts";
import { sql } from "../src/sql/sql.ts";
import { columns } from "../src/sql/statement.ts";

/** Only the built command has a file for its threads to start from. */
const built = new URL("../dist/src/engine/host/pseudonymise.js", import.meta.url).href;

it("Tokens made in two threads stand beside their own ids", async () => {
  const { pseudonymise } = (await import(built)) as typeof Host;
  const folder = await mkdtemp(join(tmpdir(), "dars-threads-"));
  const rootKey = join(folder, "keys", "root.key");
  await newRootKey(rootKey);
  const purpose: KeyPurpose = { agreement: "DARS-NIC-000001-EXAMPLE", scope: "agreement", epoch: 1 };
  const session = await Session.open({ threads: 2, memoryBytes: 2 ** 30, spillFolder: folder });
  try {
    const call = {
      kind: "host",
      id: "tokens",
      fn: "pseudonymise@1",
      input: sql`unused`,
      params: { ...purpose, domains: { token: "EPIKEY" } },
      output: { name: "tokens", columns: columns({ id: "varchar", token: "varchar" }) },
    } as const;
    const ids = "SELECT id, CASE WHEN range % 7 <> 0 THEN id END AS token FROM";
    const many = "(SELECT range, repeat('x', range % 5) || CAST(range AS VARCHAR) AS id FROM range(250001))";
    expect(await pseudonymise(rootKey)(session, call, `${ids} ${many}`)).toBe(250_001);
    const rows = await session.rows("read", "SELECT id, token FROM tokens ORDER BY rowid");
    const key = await agreementKey(rootKey, purpose);
    for (let i = 0; i < rows.length; i += 997) {
      const id = "x".repeat(i % 5) + String(i);
      const mac = createHmac("sha256", key).update(lengthPrefixed("EPIKEY", id)).digest();
      expect(rows[i]).toEqual({ id, token: i % 7 === 0 ? null : tokenText(mac) });
    }
  } finally {
    session.close();
  }
});
