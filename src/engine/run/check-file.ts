import { type Diagnostic, Refusal } from "../../base/diagnostics.ts";
import { parseAgreement } from "../../spec/parse-agreement.ts";
import { parseWorkspace } from "../../spec/parse-workspace.ts";
import { parseYaml } from "../../spec/yaml.ts";
import { loadPipeline, readText } from "./load-pipeline.ts";

/** What a file is, and everything that is wrong in it. */
export interface CheckedFile {
  readonly file: string;
  readonly what: "pipeline" | "agreement" | "workspace";
  readonly diagnostics: readonly Diagnostic[];
}

/** Checks one file by what its keys say it is; a file that says nothing is read as a pipeline. */
export async function checkFile(file: string): Promise<CheckedFile> {
  try {
    const text = await readText(file);
    const what = whatIs(text, file);
    if (what === "agreement") return { file, what, diagnostics: parseAgreement(text, file).diagnostics };
    if (what === "workspace") return { file, what, diagnostics: parseWorkspace(text, file).diagnostics };
    await loadPipeline(file);
    return { file, what, diagnostics: [] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { file, what: "pipeline", diagnostics: error.diagnostics };
  }
}

function whatIs(text: string, file: string): CheckedFile["what"] {
  const { value } = parseYaml(text, file);
  const keys = value !== null && typeof value === "object" ? Object.keys(value) : [];
  if (keys.includes("pipeline") || keys.includes("steps")) return "pipeline";
  if (keys.includes("agreement")) return "agreement";
  return keys.includes("engine") || keys.includes("paths") ? "workspace" : "pipeline";
}
