import { createHmac, hkdfSync } from "node:crypto";
import { mkdtemp, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { tokensOf } from "../../../tests/tokens.ts";
import { type KeyPurpose, keyInfo, lengthPrefixed, tokenText } from "../../model/pseudonym.ts";
import { agreementKey, keyName, newRootKey, saltFolder } from "../keys.ts";
import { TokenMaker } from "./mac.ts";
import { pseudonymise } from "./pseudonymise.ts";

const example: KeyPurpose = { agreement: "DARS-NIC-000001-EXAMPLE", scope: "agreement", epoch: 1 };
let rootKey: string;

beforeAll(async () => {
  rootKey = join(await mkdtemp(join(tmpdir(), "dars-keys-")), "keys", "root.key");
  await newRootKey(rootKey);
});

/** A second implementation, with the library's own HMAC. */
function tokenOf(key: Uint8Array, domain: string, id: string): string {
  return tokenText(createHmac("sha256", key).update(lengthPrefixed(domain, id)).digest());
}

async function tokens(purpose: KeyPurpose, query: string, domain = "person") {
  return await tokensOf(pseudonymise(rootKey), purpose, domain, query);
}

const idTwice = "SELECT id, id AS token FROM";
const thousand = `${idTwice} (SELECT CAST(range AS VARCHAR) AS id FROM range(5000))`;

describe("pseudonymise", () => {
  it("gives the same tokens as HKDF and HMAC of the library, whatever the length of an id", async () => {
    const long = `${idTwice} (SELECT repeat('é', range * 100) AS id FROM range(1, 12))`;
    const rows = await tokens(example, `${thousand} UNION ALL ${long}`);
    const key = await agreementKey(rootKey, example);
    expect(rows).toHaveLength(5011);
    for (const { id, token } of rows) expect(token).toBe(tokenOf(key, "person", id));
  });

  it("keeps NULL, alone or beside ids", async () => {
    const one = "SELECT 'a' AS id, CAST(NULL AS VARCHAR) AS token";
    expect(await tokens(example, one)).toEqual([{ id: "a", token: null }]);
    const some = await tokens(
      example,
      `${one} UNION ALL SELECT 'b', '7' UNION ALL ${one.replace("'a'", "'c'")}`,
    );
    const key = await agreementKey(rootKey, example);
    expect(some).toEqual([
      { id: "a", token: null },
      { id: "b", token: tokenOf(key, "person", "7") },
      { id: "c", token: null },
    ]);
  });

  it("gives no row for none", async () => {
    expect(await tokens(example, `${thousand} WHERE false`)).toEqual([]);
  });

  it("shares no token between agreements, epochs, scopes or domains", async () => {
    const all = [
      await tokens(example, thousand),
      await tokens({ ...example, agreement: "DARS-NIC-000002-OTHER" }, thousand),
      await tokens({ ...example, epoch: 2 }, thousand),
      await tokens({ ...example, scope: "release:2024-01" }, thousand),
      await tokens(example, thousand, "EPIKEY"),
    ].flat();
    expect(new Set(all.map(({ token }) => token)).size).toBe(5 * 5000);
  });

  it("keeps its tokens as long as the agreement's salt", async () => {
    const [first] = await tokens(example, thousand);
    const [again] = await tokens(example, thousand);
    expect(again).toEqual(first);
    const salt = join(saltFolder(rootKey), `${example.agreement}.salt`);
    expect((await stat(salt)).mode & 0o777).toBe(0o600);
    await writeFile(salt, Buffer.alloc(32, 7));
    expect((await tokens(example, thousand))[0]).not.toEqual(first);
  });
});

describe("known answers", () => {
  it("a token from a published key", () => {
    const root = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
    const key = Buffer.from(hkdfSync("sha256", root, Buffer.alloc(32, 0xaa), keyInfo(example), 32));
    const token = (domain: string, id: string) => {
      const out = Buffer.alloc(26);
      new TokenMaker(key, [domain]).write(0, Buffer.from(id), 0, id.length, out, 0);
      return out.toString("latin1");
    };
    expect(token("person", "1")).toMatchInlineSnapshot(`"n4njgdeycjazvdd6r31khpbfxw"`);
    expect(token("EPIKEY", "500000000001")).toMatchInlineSnapshot(`"e5yzddww8p1nv2v1tx25fzst8w"`);
    expect(token("person", "1")).toBe(tokenOf(key, "person", "1"));
  });
});

describe("the root key", () => {
  const write = async (bytes: Buffer, mode = 0o600) => {
    const path = join(await mkdtemp(join(tmpdir(), "dars-key-")), "root.key");
    await writeFile(path, bytes, { mode });
    return path;
  };

  it("is refused when missing, short, of one byte, known, or readable by others", async () => {
    await expect(keyName("/nowhere/root.key")).rejects.toMatchObject({ exitCode: 8 });
    const good = Buffer.from(Array.from({ length: 32 }, (_, i) => (i * 37 + 11) % 256));
    await expect(keyName(await write(good))).resolves.toMatch(/^[0-9a-f]{16}$/);
    const bad = [
      await write(good.subarray(0, 31)),
      await write(Buffer.alloc(32, 1)),
      await write(Buffer.from(Array.from({ length: 32 }, (_, i) => i))),
      await write(good, 0o644),
    ];
    for (const path of bad) await expect(keyName(path)).rejects.toThrow("agreement/key-unsafe");
  });

  it("is never replaced", async () => {
    await expect(newRootKey(rootKey)).rejects.toThrow("EEXIST");
  });
});
