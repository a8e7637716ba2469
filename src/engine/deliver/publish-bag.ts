import { constants } from "node:fs";
import { copyFile, link, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { InvariantError } from "../../base/diagnostics.ts";
import { type Json, stableJson } from "../../base/stable-json.ts";
import type { StepVersion } from "../../plan/step-version.ts";
import type { BagPlan } from "../../steps/bag.ts";
import { publishFolder } from "../durable.ts";
import type { Session } from "../session.ts";
import { sealBag, writeBagFile } from "./bagit.ts";
import { type Superseded, writeChangeReport } from "./change-report.ts";
import { type DeliveryManifest, dataPath, manifestOf } from "./delivery-manifest.ts";
import { writeDictionary } from "./dictionary-files.ts";
import { digestFile } from "./file-digest.ts";
import { writeLinkageReport } from "./linkage-report.ts";
import { writeReadme } from "./readme.ts";

/** Where a delivery is made, where it goes, and what it is made from. */
export interface PublishOptions {
  /** The delivery's own folder, which does not stand yet. */
  readonly folder: string;
  readonly staging: string;
  /** A session in which the inputs of the deliver step are open. */
  readonly session: Session;
  readonly period: string | null;
  readonly asAt: string;
  readonly number: number;
  /** The folder of the delivery before this one in its chain. */
  readonly previous: string | undefined;
  readonly stepFolder: (id: string) => string;
  readonly stepVersion: (id: string) => Pick<StepVersion, "outputs" | "measures">;
}

type Measured = ReadonlyMap<
  string,
  { readonly rows: number; readonly bytes: number; readonly sha256: string }
>;

/**
 * Publishes a delivery, whole or not at all: staged, sealed, made durable, and then moved to its folder.
 * The same plan over the same files gives the same bytes.
 *
 * Errors: those of the system; EngineError of the reports' queries.
 */
export async function publishBag(plan: BagPlan, options: PublishOptions): Promise<DeliveryManifest> {
  const { staging: bag, session } = options;
  await rm(bag, { recursive: true, force: true });
  await mkdir(join(bag, "data", "extract"), { recursive: true });
  const version = options.stepVersion(plan.extract.step);
  const measured = await placeFiles(plan, version, options.stepFolder(plan.extract.step), bag);
  const before = await superseded(plan, options.previous);
  const supersedes = before?.manifest.number ?? null;
  const manifest = manifestOf(plan, { ...options, supersedes }, measured);
  await writeBagFile(bag, "data/manifest.json", `${stableJson(manifest as unknown as Json, 2)}\n`);
  await writeDictionary(bag, plan.dictionary);
  await writeLinkageReport(bag, plan, session, extractCounts(plan, version));
  await writeChangeReport(bag, plan, manifest, before, session);
  await writeReadme(bag, plan, manifest);
  const known = [...measured].map(([path, { sha256 }]) => [dataPath(path), sha256] as const);
  await sealBag(bag, bagInfo(manifest), new Map(known));
  await publishFolder(bag, options.folder);
  return manifest;
}

/** Data files enter the bag without being copied, where the file system can. What was hashed before is not read again. */
async function placeFiles(
  plan: BagPlan,
  version: Pick<StepVersion, "outputs">,
  from: string,
  bag: string,
): Promise<Measured> {
  const stored = new Map(
    Object.values(version.outputs).flatMap((o) => o.files.map((f) => [f.path, f] as const)),
  );
  const measured = new Map<string, { rows: number; bytes: number; sha256: string }>();
  for (const { path } of plan.extract.records.tables.flatMap((table) => table.files)) {
    const file = stored.get(path);
    if (file === undefined) throw new InvariantError(`the extract recorded no file ${path}`);
    await linkOrCopy(join(from, path), join(bag, dataPath(path)));
    const { sha256, bytes } = await digestFile(join(bag, dataPath(path)));
    if (sha256 !== file.sha256) throw new InvariantError(`${path} changed after the extract wrote it`);
    measured.set(path, { rows: file.rows, bytes, sha256 });
  }
  return measured;
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  }
}

/** The delivery before, where it is one of the same agreement and product. */
async function superseded(plan: BagPlan, folder: string | undefined): Promise<Superseded | undefined> {
  if (folder === undefined) return undefined;
  const text = await readFile(join(folder, "data", "manifest.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const manifest = JSON.parse(text) as DeliveryManifest;
  const { agreement } = plan.extract.records.terms;
  const isSame = manifest.terms.agreement === agreement && manifest.product === plan.product;
  return isSame ? { folder, manifest } : undefined;
}

function extractCounts(plan: BagPlan, { measures }: Pick<StepVersion, "measures">) {
  const persons = measures["persons"] ?? {};
  return {
    personsFound: persons["persons_found"] ?? 0,
    personsDelivered: persons["persons_delivered"] ?? 0,
    optOutsApplied: plan.extract.records.terms.optOuts.applied,
  };
}

function bagInfo(manifest: DeliveryManifest): [string, string][] {
  return [
    ["External-Identifier", `${manifest.product}/${String(manifest.number).padStart(4, "0")}`],
    ["External-Description", manifest.title],
    ["Agreement", manifest.terms.agreement],
    ["As-At", manifest.as_at],
  ];
}
