import { createHmac } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import type * as Host from "../src/engine/host/pseudonymise.ts";
import { agreementKey, newRootKey } from "../src/engine/keys.ts";
import { type KeyPurpose, lengthPrefixed, tokenText } from "../src/model/pseudonym.ts";
import { tokensOf } from "./tokens.ts";

/** Only the built command has a file for its threads to start from. */
const built = new URL("../dist/src/engine/host/pseudonymise.js", import.meta.url).href;

it("Tokens made in two threads stand beside their own ids", async () => {
  const { pseudonymise } = (await import(built)) as typeof Host;
  const folder = await mkdtemp(join(tmpdir(), "dars-threads-"));
  try {
    const rootKey = join(folder, "keys", "root.key");
    await newRootKey(rootKey);
    const purpose: KeyPurpose = { agreement: "DARS-NIC-000001-EXAMPLE", scope: "agreement", epoch: 1 };
    const ids = "SELECT id, CASE WHEN range % 7 <> 0 THEN id END AS token FROM";
    const many = "(SELECT range, repeat('x', range % 5) || CAST(range AS VARCHAR) AS id FROM range(250001))";
    const rows = await tokensOf(pseudonymise(rootKey), purpose, "EPIKEY", `${ids} ${many}`);
    expect(rows).toHaveLength(250_001);
    const key = await agreementKey(rootKey, purpose);
    for (let i = 0; i < rows.length; i += 997) {
      const id = "x".repeat(i % 5) + String(i);
      const mac = createHmac("sha256", key).update(lengthPrefixed("EPIKEY", id)).digest();
      expect(rows[i]).toEqual({ id, token: i % 7 === 0 ? null : tokenText(mac) });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
