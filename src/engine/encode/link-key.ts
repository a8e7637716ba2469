import { createHmac, hkdfSync } from "node:crypto";
import { refuse } from "../../base/diagnostics.ts";
import { lengthPrefixed } from "../../model/pseudonym.ts";
import { readKey } from "../keys.ts";

/** What an encoding's key is asked for. */
export interface LinkKey {
  /** The key of one column, 32 bytes; the caller zeroes it. */
  readonly of: (kind: "token" | "clk", name: string) => Buffer;
  /** A public name of key and settings, from which the key cannot be found: parties compare it. */
  readonly check: (settings: string) => string;
  readonly close: () => void;
}

/**
 * The key of one linkage.
 *
 *     K_column = HKDF-SHA-256(key file, salt = name of the linkage, LP("link/v1") LP(kind) LP(name), 32 bytes)
 *     check    = first 64 bits of HMAC-SHA-256(K_check, settings)
 *
 * Errors: link/key-missing, link/key-unsafe.
 */
export async function linkKey(file: string, encoding: string): Promise<LinkKey> {
  const read = await readKey(file);
  if (read === undefined) return refuse("link/key-missing", { file }, {});
  if (!("key" in read)) return refuse("link/key-unsafe", { file }, read);
  const { key } = read;
  const derive = (kind: string, name: string) =>
    Buffer.from(hkdfSync("sha256", key, Buffer.from(encoding), lengthPrefixed("link/v1", kind, name), 32));
  return {
    of: derive,
    check: (settings) => {
      const own = derive("check", "");
      const text = createHmac("sha256", own).update(settings).digest("hex").slice(0, 16);
      own.fill(0);
      return text;
    },
    close: () => key.fill(0),
  };
}
