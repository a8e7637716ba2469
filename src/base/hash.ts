import { createHash } from "node:crypto";
import { type Json, stableJson } from "./stable-json.ts";

/** SHA-256 in hexadecimal, of text as UTF-8. */
export function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

declare const fingerprinted: unique symbol;

/** Identity of plain data: equal data, equal fingerprint. 64 hexadecimal digits. */
export type Fingerprint = string & { readonly [fingerprinted]: true };

export function fingerprint(value: Json): Fingerprint {
  return sha256(stableJson(value)) as Fingerprint;
}
