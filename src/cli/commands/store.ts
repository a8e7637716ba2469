import { readReleases } from "../../engine/store.ts";
import { currentNumbers } from "../../model/release.ts";
import { type CommonOptions, type Verb, workspaceOf } from "../command.ts";
import { renderTable } from "../render/table.ts";

/** `dars store list`: the releases held, and which of them hold today's truth. */
export const storeVerb: Verb = (program, answer) => {
  const store = program.command("store").description("the releases held");
  store
    .command("list")
    .description("every release: data set, period, rows, and whether it is current")
    .action(
      answer(async (_context, options: CommonOptions) => {
        const workspace = await workspaceOf(options);
        const releases = [...(await readReleases(workspace.paths.store))].sort((a, b) => a.number - b.number);
        const live = currentNumbers(releases);
        const rows = releases.map((r) => [
          r.number,
          r.cohort === undefined ? r.dataSet : `${r.dataSet} ${r.cohort}`,
          r.period.from === r.period.to ? r.period.to : `${r.period.from} to ${r.period.to}`,
          r.period.status,
          live.has(r.number) ? "yes" : "no",
          r.rows.kept,
          r.rows.rejected,
        ]);
        const headings = ["release", "data set", "period", "status", "current", "rows", "rejected"];
        return {
          json: { releases: releases.map((r) => ({ ...r, current: live.has(r.number) })) },
          text:
            rows.length === 0
              ? "The store is empty. Take in a file: dars ingest FILE"
              : renderTable(headings, rows),
        };
      }),
    );
};
