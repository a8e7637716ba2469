import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { ClkPlan } from "../../model/linkage/encode/clk-plan.ts";
import { readRow } from "../host/token-lines.ts";
import { ClkMaker } from "./clk-maker.ts";

/** A file of values, and the file of CLKs to be made of it. */
export interface ClkTask {
  /** Rows as the database writes them by `idText`: the values of the parts, the salt, the record's id. */
  readonly values: string;
  /** Lines of a CLK in base64 and its samples, a comma between; both empty where there is none. */
  readonly clks: string;
  readonly plan: ClkPlan;
}

const outLength = 2 ** 18;

/** Makes a file of CLKs. The key is zeroed. */
export async function makeClks({ values, clks, plan }: ClkTask, key: Uint8Array): Promise<void> {
  const maker = new ClkMaker(plan, key);
  key.fill(0);
  try {
    await pipeline(
      createReadStream(values, { highWaterMark: 2 ** 20 }),
      (chunks) => clkLines(chunks, maker, plan.parts.length),
      createWriteStream(clks, { flags: "wx", mode: 0o600 }),
    );
  } finally {
    maker.close();
  }
}

async function* clkLines(
  chunks: AsyncIterable<Buffer>,
  maker: ClkMaker,
  parts: number,
): AsyncGenerator<string> {
  const places = new Int32Array(2 * (parts + 2));
  let rest: Buffer = Buffer.alloc(0);
  let out = "";
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const textAt = (i: number) => {
      const from = places[2 * i] as number;
      return from < 0 ? undefined : bytes.toString("utf8", from, places[2 * i + 1]);
    };
    let at = 0;
    for (let end = readRow(bytes, at, places); end > 0; end = readRow(bytes, at, places)) {
      at = end;
      const values = Array.from({ length: parts }, (_, i) => textAt(i));
      const clk = maker.make(values, textAt(parts), textAt(parts + 1) ?? "");
      out +=
        clk === undefined
          ? ",\n"
          : `${Buffer.from(clk).toString("base64")},${maker.samplesOf(clk).join(";")}\n`;
      if (out.length < outLength) continue;
      yield out;
      out = "";
    }
    rest = bytes.subarray(at);
  }
  yield out;
}
