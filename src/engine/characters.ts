import { isAscii, isUtf8 } from "node:buffer";
import type { Encoding } from "../catalogue/dataset.ts";

const lineFeed = 10;

/** Bytes that CP1252 leaves without a meaning, and those that Latin-1 keeps for control characters. */
const unmapped: Readonly<Record<Exclude<Encoding, "utf-8">, (byte: number) => boolean>> = {
  cp1252: (byte) => byte === 0x81 || byte === 0x8d || byte === 0x8f || byte === 0x90 || byte === 0x9d,
  "latin-1": (byte) => byte >= 0x80 && byte <= 0x9f,
};

/** Length of the part that does not end within a UTF-8 character. */
export function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needed > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

/**
 * Place of a byte that has no meaning in the encoding; of UTF-8 the beginning of its line. −1 where there is none.
 * The chunk ends with a whole character.
 */
export function firstUnsound(chunk: Buffer, encoding: Encoding): number {
  return encoding === "utf-8" ? firstNotUtf8(chunk) : firstUnmapped(chunk, unmapped[encoding]);
}

/** Place of a line that is not UTF-8; -1 where all are. A line feed is never part of another character. */
function firstNotUtf8(chunk: Buffer): number {
  if (isUtf8(chunk)) return -1;
  for (let from = 0; from < chunk.length; ) {
    const feed = chunk.indexOf(lineFeed, from);
    const to = feed < 0 ? chunk.length : feed + 1;
    if (!isUtf8(chunk.subarray(from, to))) return from;
    from = to;
  }
  return 0;
}

function firstUnmapped(chunk: Buffer, isUnmapped: (byte: number) => boolean): number {
  for (let i = 0; i < chunk.length; i++) {
    const byte = chunk[i] ?? 0;
    if (byte >= 0x80 && isUnmapped(byte)) return i;
  }
  return -1;
}

/** The characters that CP1252 has at 80 to 9F; Latin-1 has none there. */
const cp1252 =
  "\u20ac\u0000\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u0000\u017d\u0000" +
  "\u0000\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u0000\u017e\u0178";

/** Bytes of Latin-1 or CP1252 as UTF-8. Those that CP1252 or Latin-1 does not have were refused before. */
export function toUtf8(bytes: Buffer): Buffer {
  if (isAscii(bytes)) return Buffer.from(bytes);
  const text = bytes.toString("latin1");
  return Buffer.from(
    text.replaceAll(/[\u0080-\u009f]/g, (c) => cp1252.charAt(c.charCodeAt(0) - 0x80)),
    "utf8",
  );
}
