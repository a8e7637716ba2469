import { isAscii } from "node:buffer";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { constants, copyFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import type { Encoding, Shape } from "../../catalogue/dataset.ts";
import type { Source } from "./open-source.ts";
import { type Settled, settled } from "./settled.ts";
import { type Survey, surveyFile } from "./survey.ts";

/** A file that the database can scan: UTF-8, header and records only. */
export interface Prepared {
  readonly path: string;
  /** Ends when every byte of the supplier's file has been read and found sound. */
  readonly survey: Promise<Settled<Survey>>;
}

/** The characters that CP1252 has at 80 to 9F; Latin-1 has none there. */
const cp1252 =
  "\u20ac\u0000\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u0000\u017d\u0000" +
  "\u0000\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u0000\u017e\u0178";

/**
 * Makes a supplier file ready to be scanned. A UTF-8 file without a trailer is scanned where it stands, while it is
 * surveyed; any other is first written anew to the private staging folder.
 *
 * Errors: those of surveyFile, through `survey` where the file is scanned meanwhile.
 */
export async function prepare(
  source: Source,
  shape: Shape,
  encoding: Encoding,
  trailerAt: number | undefined,
  staging: string,
): Promise<Prepared> {
  const options = { file: source.file, encoding, quoted: shape.quote !== null };
  if (encoding !== "utf-8") {
    const path = join(staging, "source.csv");
    const survey = await withWriter(path, (write) => {
      let at = 0;
      return surveyFile(source.handle, {
        ...options,
        onChunk: async (chunk) => {
          const wanted = chunk.subarray(0, Math.max(0, (trailerAt ?? source.bytes) - at));
          at += chunk.length;
          await write(toUtf8(wanted));
        },
      });
    });
    return { path, survey: settled(Promise.resolve(survey)) };
  }
  if (trailerAt === undefined) {
    return { path: source.file, survey: settled(surveyFile(source.handle, options)) };
  }
  const path = join(staging, "source.csv");
  await copyFile(source.file, path, constants.COPYFILE_FICLONE);
  await truncate(path, trailerAt);
  return { path, survey: settled(surveyFile(source.handle, options)) };
}

/** Bytes of Latin-1 or CP1252 as UTF-8. The survey has refused those that CP1252 or Latin-1 does not have. */
export function toUtf8(bytes: Buffer): Buffer {
  if (isAscii(bytes)) return Buffer.from(bytes);
  const text = bytes.toString("latin1");
  return Buffer.from(
    text.replaceAll(/[\u0080-\u009f]/g, (c) => cp1252.charAt(c.charCodeAt(0) - 0x80)),
    "utf8",
  );
}

async function withWriter<T>(
  path: string,
  work: (write: (chunk: Buffer) => Promise<void>) => Promise<T>,
): Promise<T> {
  const output = createWriteStream(path, { mode: 0o600 });
  const ended = finished(output);
  try {
    const result = await work(async (chunk) => {
      if (!output.write(chunk)) await Promise.race([once(output, "drain"), ended]);
    });
    output.end();
    await ended;
    return result;
  } finally {
    output.destroy();
    await ended.catch(() => undefined);
  }
}
