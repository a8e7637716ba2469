import { access, mkdir, readFile } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { Refusal, refuse } from "../base/diagnostics.ts";
import { parseWorkspace } from "../spec/parse-workspace.ts";
import { databaseBytes, Session } from "./session.ts";

/** A folder with a dars.yaml, its paths made absolute. */
export interface Workspace {
  readonly root: string;
  readonly paths: {
    readonly landing: string;
    readonly store: string;
    readonly links: string;
    readonly deliveries: string;
    readonly runs: string;
  };
  readonly engine: { readonly memoryBytes: number; readonly threads: number; readonly temp: string };
  readonly rootKey: string;
}

const configName = "dars.yaml";

/** A workspace that holds nothing but one command's own work and results: no store, no keys. */
export function bareWorkspace(root: string, engine: Omit<Workspace["engine"], "temp">): Workspace {
  const at = (name: string) => join(root, name);
  const paths = {
    landing: at("landing"),
    store: at("store"),
    links: at("links"),
    deliveries: at("deliveries"),
  };
  return {
    root,
    paths: { ...paths, runs: at("runs") },
    engine: { ...engine, temp: at("spill") },
    rootKey: at("no.key"),
  };
}

/**
 * The workspace of a folder: the nearest dars.yaml at or above it.
 *
 * Errors: run/no-workspace; whatever is wrong in dars.yaml.
 */
export async function openWorkspace(from: string): Promise<Workspace> {
  const root = await findRoot(resolve(from));
  if (root === undefined) refuse("run/no-workspace", { file: resolve(from) }, {});
  const file = join(root, configName);
  const { value, diagnostics } = parseWorkspace(await readFile(file, "utf8"), file);
  if (value === undefined || diagnostics.length > 0) throw new Refusal(diagnostics);
  const at = (path: string) => (isAbsolute(path) ? path : join(root, path));
  return {
    root,
    paths: {
      landing: at(value.paths.landing),
      store: at(value.paths.store),
      links: at(value.paths.links),
      deliveries: at(value.paths.deliveries),
      runs: at(value.paths.runs),
    },
    engine: {
      memoryBytes: value.engine.memoryBytes,
      threads: value.engine.threads,
      temp: at(value.engine.temp),
    },
    rootKey: at(value.keys.root),
  };
}

async function findRoot(folder: string): Promise<string | undefined> {
  for (let here = folder; ; here = dirname(here)) {
    const found = await access(join(here, configName)).then(
      () => true,
      () => false,
    );
    if (found) return here;
    if (dirname(here) === here) return undefined;
  }
}

/** The part of the workspace's bounds that one of several concurrent sessions gets, from 0 to 1. */
export interface SessionShare {
  /** Names a spill folder of its own: two databases that spill into one folder overwrite each other. */
  readonly name: string;
  readonly memory: number;
  readonly threads: number;
}

/**
 * A database session within the workspace's bounds, or a share of them where several work side by side; its spill folder
 * is private to this process.
 */
export async function openSession({ engine }: Workspace, share?: SessionShare): Promise<Session> {
  const spillFolder = join(engine.temp, share?.name ?? "", String(process.pid));
  await mkdir(spillFolder, { recursive: true, mode: 0o700 });
  return await Session.open({
    threads: Math.max(1, Math.floor(engine.threads * (share?.threads ?? 1))),
    memoryBytes: databaseBytes(engine.memoryBytes) * (share?.memory ?? 1),
    spillFolder,
  });
}
