import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

export interface FileDigest {
  readonly bytes: number;
  readonly sha256: string;
  /** Records of a CSV file after its header; a line end between quotes ends none. */
  readonly csvRecords: number;
}

const quote = 0x22;
const lineFeed = 0x0a;

/** Bytes, SHA-256 and CSV records of a file, in one reading. */
export async function digestFile(path: string, countRecords = false): Promise<FileDigest> {
  const hash = createHash("sha256");
  let bytes = 0;
  let lines = 0;
  let isQuoted = false;
  let last = lineFeed;
  for await (const part of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    const chunk = part as Buffer;
    hash.update(chunk);
    bytes += chunk.length;
    last = chunk[chunk.length - 1] ?? last;
    if (!countRecords) continue;
    for (const byte of chunk) {
      if (byte === quote) isQuoted = !isQuoted;
      else if (byte === lineFeed && !isQuoted) lines += 1;
    }
  }
  const whole = lines + (last === lineFeed ? 0 : 1);
  return { bytes, sha256: hash.digest("hex"), csvRecords: Math.max(0, whole - 1) };
}
