import { rm } from "node:fs/promises";
import { build } from "esbuild";

/** Where `bin/dars.js` looks for the commands. */
const outdir = "dist/cli";

/** The command line, and the threads that it starts from files beside it. */
const entryPoints = [
  "src/cli/main.ts",
  "src/engine/host/linkage/link-worker.ts",
  "src/engine/host/token-worker.ts",
  "src/engine/encode/clk-worker.ts",
];

// Eight hundred modules take half a second to load one by one; as a few files they take a tenth of one.
await rm(outdir, { recursive: true, force: true });
await build({
  entryPoints,
  outdir,
  entryNames: "[name]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  external: ["@duckdb/node-bindings"],
  // Packages in the older form ask for Node's own modules by `require`.
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
  sourcemap: true,
  logLevel: "warning",
});
