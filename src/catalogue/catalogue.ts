import { cohort } from "./cohort.ts";
import type { DataSet } from "./dataset.ts";
import { hesAe } from "./hes-ae.ts";
import { hesApc } from "./hes-apc.ts";
import { hesCc } from "./hes-cc.ts";
import { hesOp } from "./hes-op.ts";
import { onsDeaths } from "./ons-deaths.ts";

/** Every data set that can be ingested. */
export const catalogue: readonly DataSet[] = [hesApc, hesOp, hesAe, hesCc, onsDeaths, cohort];

/** The data set of that id. */
export function dataSetOf(id: string): DataSet | undefined {
  return catalogue.find((dataSet) => dataSet.id === id);
}
