import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { constants, copyFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import type { Encoding, Shape } from "../../catalogue/dataset.ts";
import { toUtf8 } from "../characters.ts";
import type { Source } from "./open-source.ts";
import { type Settled, settled } from "./settled.ts";
import { type Survey, surveyFile } from "./survey.ts";

/** A file that the database can scan: UTF-8, header and records only. */
export interface Prepared {
  readonly path: string;
  /** Ends when every byte of the supplier's file has been read and found sound. */
  readonly survey: Promise<Settled<Survey>>;
}

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
