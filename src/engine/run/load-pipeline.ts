import { readFile, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, relative } from "node:path";
import { type Diagnostic, diagnostic, Refusal, refuse } from "../../base/diagnostics.ts";
import type { SourceSpan } from "../../base/span.ts";
import { catalogue } from "../../catalogue/catalogue.ts";
import { stepKinds } from "../../plan/registry.ts";
import type { WorkspaceState } from "../../plan/resolve-inputs.ts";
import type { Agreement } from "../../spec/agreement.ts";
import { parseAgreement } from "../../spec/parse-agreement.ts";
import { parsePipeline } from "../../spec/parse-pipeline.ts";
import type { PipelineSpec } from "../../spec/pipeline.ts";
import type { InputRequest } from "../../steps/step-kind.ts";
import { sha256File } from "../durable.ts";
import { checkEncodings } from "../encode/sidecar.ts";
import { readRecordFile } from "../record-file.ts";
import { readReleases } from "../store.ts";
import { readVersions } from "../versions.ts";
import type { Workspace } from "../workspace.ts";

/** A pipeline file and the agreement it names, read and checked against each other and the catalogue. */
export interface LoadedPipeline {
  readonly file: string;
  readonly pipeline: PipelineSpec;
  readonly spanOf: (path: readonly (string | number)[]) => SourceSpan;
  readonly agreement: Agreement | undefined;
  /** The agreement's file; its own file names are relative to its folder. The pipeline's where there is none. */
  readonly agreementFile: string;
}

/**
 * Reads a pipeline and everything it refers to, and checks all of it. No data is touched.
 *
 * Errors: every mistake of the pipeline, the agreement, and between them, at once.
 */
export async function loadPipeline(file: string): Promise<LoadedPipeline> {
  const shown = shownPath(file);
  const parsed = parsePipeline(await readText(file), shown, schemas());
  if (parsed.pipeline === undefined) throw new Refusal(parsed.diagnostics);
  const pipeline = await completed(parsed.pipeline, file, parsed.spanOf);
  const agreementFile = pipeline.agreement === undefined ? undefined : beside(file, pipeline.agreement);
  const read =
    agreementFile === undefined
      ? undefined
      : await readAgreement(agreementFile, parsed.spanOf(["agreement"]));
  const diagnostics = [
    ...parsed.diagnostics,
    ...(read?.diagnostics ?? []),
    ...checkSteps(pipeline, parsed.spanOf, read?.agreement),
  ];
  if (diagnostics.length > 0) throw new Refusal(diagnostics);
  return {
    file,
    pipeline,
    spanOf: parsed.spanOf,
    agreement: read?.agreement,
    agreementFile: shownPath(agreementFile ?? file),
  };
}

function schemas() {
  return Object.fromEntries(Object.entries(stepKinds).map(([name, kind]) => [name, kind.schema]));
}

/** A pipeline with what its steps' own files say. Errors: spec/unreadable, and those of each kind. */
async function completed(
  pipeline: PipelineSpec,
  file: string,
  spanOf: LoadedPipeline["spanOf"],
): Promise<PipelineSpec> {
  const diagnostics: Diagnostic[] = [];
  const steps = await Promise.all(
    pipeline.steps.map(async (step, index) => {
      const { inclusion } = stepKinds[step.kind] ?? {};
      if (inclusion === undefined) return step;
      const at = (...path: readonly (string | number)[]) => spanOf(["steps", index, ...path]);
      const named = (step.spec as Readonly<Record<string, unknown>>)[inclusion.key];
      const path = typeof named === "string" ? beside(file, named) : undefined;
      const text = path === undefined ? undefined : await readFile(path, "utf8").catch(() => undefined);
      if (path !== undefined && text === undefined) {
        diagnostics.push(
          diagnostic("spec/unreadable", at(inclusion.key), { reason: `no such file: ${named}` }),
        );
        return step;
      }
      const included = path === undefined || text === undefined ? undefined : { file: shownPath(path), text };
      const result = inclusion.complete(step.spec as never, included, { at });
      if ("spec" in result) return { ...step, spec: result.spec };
      diagnostics.push(...result.diagnostics);
      return step;
    }),
  );
  if (diagnostics.length > 0) throw new Refusal(diagnostics);
  return { ...pipeline, steps };
}

async function readAgreement(
  file: string,
  at: SourceSpan,
): Promise<{ agreement: Agreement | undefined; diagnostics: readonly Diagnostic[] }> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) {
    const reason = `no agreement at ${shownPath(file)}`;
    return { agreement: undefined, diagnostics: [diagnostic("spec/unreadable", at, { reason })] };
  }
  const { value, diagnostics } = parseAgreement(text, shownPath(file));
  return { agreement: value, diagnostics };
}

/** Each kind's own checks, with places inside its step. */
function checkSteps(
  pipeline: PipelineSpec,
  spanOf: LoadedPipeline["spanOf"],
  agreement: Agreement | undefined,
): Diagnostic[] {
  if (pipeline.agreement !== undefined && agreement === undefined) return [];
  return pipeline.steps.flatMap((step, index) => {
    const earlier = Object.fromEntries(pipeline.steps.slice(0, index).map((s) => [s.id, s.kind]));
    const at = (...path: readonly (string | number)[]) => spanOf(["steps", index, ...path]);
    return [
      ...(stepKinds[step.kind]?.check(step.spec as never, { catalogue, agreement, at, earlier }) ?? []),
    ];
  });
}

/** What a workspace holds, as plans need it: metadata, and the hashes of the lists that this pipeline names. */
export async function readState(workspace: Workspace, loaded: LoadedPipeline): Promise<WorkspaceState> {
  const [releases, versions] = await Promise.all([
    readReleases(workspace.paths.store),
    readVersions(workspace),
  ]);
  const [lists, files] = await Promise.all([readLists(loaded), readRecordFiles(loaded)]);
  return { releases, versions, lists, files, storeRoot: workspace.paths.store };
}

function requestsOf(loaded: LoadedPipeline): InputRequest[] {
  return loaded.pipeline.steps.flatMap((step) => requestsOfStep(loaded, step));
}

function requestsOfStep({ agreement }: LoadedPipeline, step: PipelineSpec["steps"][number]): InputRequest[] {
  const kind = stepKinds[step.kind];
  return kind === undefined ? [] : Object.values(kind.inputs(step.spec as never, { agreement, catalogue }));
}

async function readRecordFiles(loaded: LoadedPipeline): Promise<WorkspaceState["files"]> {
  const found = await Promise.all(
    loaded.pipeline.steps.map(async (step) => {
      const requests = requestsOfStep(loaded, step).flatMap((its) => (its.from === "file" ? [its] : []));
      const files = await Promise.all(
        requests.map(async ({ file, ...format }) => {
          const read = await readRecordFile(beside(loaded.file, file), format);
          return read === undefined ? [] : [[file, read] as const];
        }),
      );
      await checkEncodings(files.flat().map(([, read]) => read));
      return files.flat();
    }),
  );
  return Object.fromEntries(found.flat());
}

async function readLists(loaded: LoadedPipeline): Promise<WorkspaceState["lists"]> {
  const requests = requestsOf(loaded);
  const names = [...new Set(requests.flatMap((request) => (request.from === "list" ? [request.file] : [])))];
  const found = await Promise.all(
    names.map(async (name) => {
      const path = isAbsolute(name) ? name : beside(loaded.agreementFile, name);
      const isFile = await stat(path).then(
        (s) => s.isFile(),
        () => false,
      );
      return isFile ? [[name, { path, sha256: await sha256File(path) }] as const] : [];
    }),
  );
  return Object.fromEntries(found.flat());
}

/** Text of a file named on the command line. Errors: spec/unreadable. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: "no such file",
      EACCES: "no permission to read it",
      EISDIR: "it is a directory",
    };
    return refuse("spec/unreadable", { file }, { reason: reasons[code] ?? code });
  }
}

function beside(file: string, name: string): string {
  return isAbsolute(name) ? name : join(dirname(file), name);
}

/** A path as a person would write it from where they stand. */
function shownPath(file: string): string {
  const short = relative(process.cwd(), file);
  return short.startsWith("..") ? file : short || file;
}
