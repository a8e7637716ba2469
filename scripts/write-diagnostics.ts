import { writeFileSync } from "node:fs";
import { diagnosticsPage } from "../src/base/diagnostics-page.ts";

writeFileSync("DIAGNOSTICS.md", diagnosticsPage());
