import type { DataSet } from "./dataset.ts";
import { hesApc } from "./hes-apc.ts";

/** Every data set that can be ingested. */
export const catalogue: readonly DataSet[] = [hesApc];

/** The data set of that id. */
export function dataSetOf(id: string): DataSet | undefined {
  return catalogue.find((dataSet) => dataSet.id === id);
}
