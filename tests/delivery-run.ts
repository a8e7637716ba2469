/** An extract and its delivery over small files, for tests: the real kinds, the real engine, no workspace. */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvariantError } from "../src/base/diagnostics.ts";
import { catalogue } from "../src/catalogue/catalogue.ts";
import type { DataSet } from "../src/catalogue/dataset.ts";
import type { DeliveryManifest } from "../src/engine/deliver/delivery-manifest.ts";
import { publishBag } from "../src/engine/deliver/publish-bag.ts";
import { pseudonymise } from "../src/engine/host/pseudonymise.ts";
import { newRootKey } from "../src/engine/keys.ts";
import { type OperationResult, openScan, runOperations } from "../src/engine/operations.ts";
import { Session } from "../src/engine/session.ts";
import type { Release } from "../src/model/release.ts";
import type { StepVersion } from "../src/plan/step-version.ts";
import { type Agreement, agreementSchema } from "../src/spec/agreement.ts";
import { deliverKind } from "../src/steps/deliver/deliver-kind.ts";
import { extractKind } from "../src/steps/extract/extract-kind.ts";
import type { ExtractSpec } from "../src/steps/extract/extract-spec.ts";
import type { CompiledStep, ResolvedInput, StepContext } from "../src/steps/step-kind.ts";

/** A relation as a query over nothing, and the column types that it declares. */
export interface TestInput {
  readonly query: string;
  readonly columns: readonly {
    readonly name: string;
    readonly type: "bigint" | "varchar" | "integer" | "date";
  }[];
  readonly release?: Release["period"] & { readonly dataSet: string; readonly number: number };
}

export interface TestCase {
  readonly spec: unknown;
  readonly agreement: Agreement;
  /** By name of the input; those that a step asks for and that are not here are empty. */
  readonly inputs: Readonly<Record<string, TestInput>>;
  readonly dataSets?: readonly DataSet[];
  readonly period?: string;
  readonly asAt?: string;
}

/** An agreement for tests, with what a test changes. */
export function testAgreement(change: Readonly<Record<string, unknown>>): Agreement {
  return agreementSchema.parse({
    version: 1,
    agreement: "DARS-NIC-000001-EXAMPLE",
    title: "Outcomes after heart attack",
    recipient: "University of Somewhere",
    purpose: "research",
    legal_basis: "consent",
    start: "2024-01-01",
    end: "2026-12-31",
    identifiability: "pseudonymised",
    opt_outs: { apply: false, reason: "consent" },
    pseudonyms: { scope: "agreement", epoch: 1 },
    disclosure: "hes-2018",
    formats: ["csv", "parquet"],
    data: [{ dataset: "hes_apc", years: ["2023/24"], fields: ["EPIKEY"], why: "test" }],
    ...change,
  });
}

/** One workspace of a test: a key and a place for deliveries. */
export class TestBench {
  readonly root: string;
  readonly #key: string;
  threads = 2;

  private constructor(root: string) {
    this.root = root;
    this.#key = join(root, "keys", "root.key");
  }

  static async open(): Promise<TestBench> {
    const bench = new TestBench(await mkdtemp(join(tmpdir(), "dars-bench-")));
    await newRootKey(bench.#key);
    return bench;
  }

  async close(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }

  /** Runs an extract; gives its folder, what it compiled to, and what its operations did. */
  async extract(
    test: TestCase,
  ): Promise<{ folder: string; compiled: CompiledStep; results: OperationResult[] }> {
    const dataSets = test.dataSets ?? catalogue;
    const kind = extractKind;
    const spec = kind.schema.parse(test.spec) as ExtractSpec;
    const session = await this.#session();
    const folder = await mkdtemp(join(this.root, "extract-"));
    try {
      const inputs: Record<string, ResolvedInput> = {};
      for (const name of Object.keys(kind.inputs(spec, { agreement: test.agreement, catalogue: dataSets }))) {
        inputs[name] = await this.#input(session, name, test.inputs[name]);
        await openScan(session, inputs[name].scan);
      }
      const compiled = kind.compile(spec, { ...this.#context(test), inputs });
      const hostFunctions = { "pseudonymise@1": pseudonymise(this.#key) };
      const results = await runOperations(compiled.operations, { session, folder, hostFunctions });
      return { folder, compiled, results };
    } finally {
      session.close();
    }
  }

  /** Extracts and delivers; gives the delivery's folder. */
  async deliver(
    test: TestCase,
    number: number,
    previous?: string,
    report?: TestInput,
  ): Promise<{ folder: string; manifest: DeliveryManifest }> {
    const extract = await this.extract(test);
    const version = await describe(extract);
    const session = await this.#session();
    try {
      const link = { operations: [], outputs: {}, facts: { rule_set: "hes-ons@1" } };
      const spec = deliverKind.schema.parse({
        extract: "cut",
        ...(report === undefined ? {} : { linkage: "link" }),
      });
      const compiled = deliverKind.compile(spec, {
        ...this.#context(test),
        inputs: {},
        earlier: { cut: extract.compiled, link },
      });
      const summary = extract.compiled.outputs["summary"]?.columns ?? [];
      const names = summary.map((column) => column.name);
      const files = [{ path: join(extract.folder, "summary.parquet"), columns: names }];
      await openScan(session, { relation: { name: "extract_summary", columns: summary }, files });
      if (report !== undefined)
        await openScan(session, (await this.#input(session, "linkage_report", report)).scan);
      if (compiled.bag === undefined) throw new InvariantError("no bag");
      const folder = join(this.root, "deliveries", "product", String(number).padStart(4, "0"));
      const manifest = await publishBag(compiled.bag, {
        folder,
        staging: join(this.root, "staging"),
        session,
        period: test.period ?? null,
        asAt: test.asAt ?? "2024-06-30",
        number,
        previous,
        stepFolder: () => extract.folder,
        stepVersion: () => version,
      });
      return { folder, manifest };
    } finally {
      session.close();
    }
  }

  #session(): Promise<Session> {
    return Session.open({
      threads: this.threads,
      memoryBytes: 2 ** 30,
      spillFolder: join(this.root, "spill"),
    });
  }

  #context(test: TestCase): Omit<StepContext, "inputs"> {
    return {
      stepId: "cut",
      catalogue: test.dataSets ?? catalogue,
      agreement: test.agreement,
      pipeline: { name: "product", title: "A product <for> tests" },
      period: test.period,
      asAt: test.asAt ?? "2024-06-30",
      earlier: {},
    };
  }

  async #input(session: Session, name: string, input: TestInput | undefined): Promise<ResolvedInput> {
    const columns = input?.columns ??
      empties[name.startsWith("persons_") ? "persons" : name] ?? [
        { name: "record_id", type: "bigint" as const },
      ];
    if (input === undefined) return { scan: { relation: { name, columns }, files: [] }, releases: [] };
    await mkdir(join(this.root, "inputs"), { recursive: true });
    const path = join(this.root, "inputs", `${name}.parquet`);
    await session.run(name, `COPY (${input.query}) TO '${path}' (FORMAT parquet)`);
    const files = [{ path, columns: columns.map((column) => column.name) }];
    return { scan: { relation: { name, columns }, files }, releases: releasesOf(input) };
  }
}

const empties: Readonly<Record<string, TestInput["columns"]>> = {
  opt_outs: [{ name: "nhs_number", type: "varchar" }],
  profiles: [
    { name: "person_id", type: "bigint" },
    { name: "nhs_number", type: "varchar" },
  ],
};

function releasesOf({ release }: TestInput): Release[] {
  if (release === undefined) return [];
  const { dataSet, number, ...period } = release;
  return [
    {
      format: 1,
      dataSet,
      number,
      supply: "cumulative",
      shape: "test",
      period,
      received: "2024-06-01T00:00:00Z",
      source: { name: "test", bytes: 0, sha256: "" },
      rows: { in: 0, kept: 0, rejected: 0 },
      checks: {},
      fields: { content: [], identity: [] },
      content: [],
      identity: [],
      rejects: [],
    },
  ];
}

/** The record of a step as the run engine would write it. */
async function describe(extract: {
  folder: string;
  compiled: CompiledStep;
  results: OperationResult[];
}): Promise<Pick<StepVersion, "outputs" | "measures">> {
  const rows = new Map(extract.results.map((result) => [result.file, result.rows]));
  const outputs = await Promise.all(
    Object.entries(extract.compiled.outputs).map(async ([name, { columns, files }]) => {
      const described = await Promise.all(
        files.map(async (path) => {
          const file = join(extract.folder, path);
          const sha256 = createHash("sha256")
            .update(await readFile(file))
            .digest("hex");
          return { path, rows: rows.get(path) ?? 0, bytes: (await stat(file)).size, sha256 };
        }),
      );
      return [name, { columns, files: described }] as const;
    }),
  );
  const measures = extract.results.flatMap(({ id, counts }) =>
    counts === undefined ? [] : [[id, counts] as const],
  );
  return { outputs: Object.fromEntries(outputs), measures: Object.fromEntries(measures) };
}
