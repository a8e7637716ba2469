import { createHash, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { refuse } from "../base/diagnostics.ts";
import { type KeyPurpose, keyInfo } from "../model/pseudonym.ts";
import { syncFolder } from "./durable.ts";

const keyBytes = 32;

/** SHA-256 of keys that stand in documents and tests, and so protect nothing. */
const knownKeys: ReadonlySet<string> = new Set([
  // The bytes 00 to 1f, and the known-answer key of the pseudonym tests.
  "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd",
  // The texts "0123456789abcdef" twice, and "correct horse battery staple 123".
  "3eb1bd439947eb762998e566ccc2e099c791118b2f40579cc4f7da2b5061b7f9",
  "b40779532cecf8f5a916e91408908a7b4864c27c287dc7195477a7a0ac40741c",
]);

/** Where the destroyable salts of agreements stand: beside the root key. */
export function saltFolder(rootKey: string): string {
  return join(dirname(rootKey), "salts");
}

/**
 * Makes a new root key of 32 random bytes, mode 600. An existing file is never replaced.
 *
 * Errors: EEXIST of the system where the file exists.
 */
export async function newRootKey(path: string): Promise<void> {
  await createSecret(path, randomBytes(keyBytes));
}

/**
 * The root key's bytes. The caller zeroes them after use.
 *
 * Errors: agreement/key-missing (exit 8); agreement/key-unsafe for a key that is short, repeated, known, or that others can read.
 */
async function loadRootKey(path: string): Promise<Buffer> {
  const read = await readKey(path);
  if (read === undefined) return refuse("agreement/key-missing", { file: path }, {});
  return "key" in read ? read.key : refuse("agreement/key-unsafe", { file: path }, read);
}

/** A key's bytes, which the caller zeroes after use; or why it protects nothing. Undefined where it cannot be read. */
export async function readKey(
  path: string,
): Promise<{ readonly key: Buffer } | { readonly reason: string } | undefined> {
  const key = await readFile(path).catch(() => undefined);
  if (key === undefined) return undefined;
  const reason =
    weakness(key) ?? (((await stat(path)).mode & 0o077) === 0 ? undefined : "others may read it");
  if (reason === undefined) return { key };
  key.fill(0);
  return { reason };
}

function weakness(key: Buffer): string | undefined {
  if (key.length < keyBytes) return `it has ${key.length} bytes, and ${keyBytes} are needed`;
  if (key.every((byte) => byte === key[0])) return "all its bytes are equal";
  if (knownKeys.has(createHash("sha256").update(key).digest("hex"))) return "it stands in public documents";
  return undefined;
}

/** A public name of the root key, from which the key cannot be found: for fingerprints of what the key decides. */
export async function keyName(path: string): Promise<string> {
  const key = await loadRootKey(path);
  try {
    return createHmac("sha256", key).update("dars key name").digest("hex").slice(0, 16);
  } finally {
    key.fill(0);
  }
}

/**
 * The key of one agreement's pseudonyms, 32 bytes. The caller zeroes it after use.
 * The agreement's salt is made on first use; with its file destroyed the tokens can never be made again.
 */
export async function agreementKey(rootKey: string, purpose: KeyPurpose): Promise<Buffer> {
  const root = await loadRootKey(rootKey);
  const salt = await loadSalt(join(saltFolder(rootKey), `${purpose.agreement}.salt`));
  try {
    return Buffer.from(hkdfSync("sha256", root, salt, keyInfo(purpose), keyBytes));
  } finally {
    root.fill(0);
    salt.fill(0);
  }
}

async function loadSalt(path: string): Promise<Buffer> {
  try {
    await createSecret(path, randomBytes(keyBytes));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const salt = await readFile(path);
  if (salt.length !== keyBytes)
    refuse("agreement/key-unsafe", { file: path }, { reason: "its salt is damaged" });
  return salt;
}

async function createSecret(path: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const staged = `${path}.${process.pid}.tmp`;
  const handle = await open(staged, "wx", 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
    // A link, unlike a rename, refuses to replace a file, so no key is ever lost.
    await link(staged, path);
  } finally {
    await handle.close();
    bytes.fill(0);
    await rm(staged, { force: true });
  }
  await syncFolder(dirname(path));
}
