import { parentPort } from "node:worker_threads";
import { TokenMaker } from "./mac.ts";
import type { MessageBlock } from "./message-block.ts";

type Request = { readonly key: Uint8Array } | { readonly close: true } | MessageBlock;

let maker: TokenMaker | undefined;

parentPort?.on("message", (request: Request) => {
  if ("key" in request) {
    maker = new TokenMaker(request.key);
    request.key.fill(0);
  } else if ("close" in request) {
    maker?.close();
    parentPort?.close();
  } else if (maker !== undefined) {
    const tokens = maker.tokens(request.bytes, request.count);
    parentPort?.postMessage(tokens, [tokens.buffer as ArrayBuffer]);
  }
});
