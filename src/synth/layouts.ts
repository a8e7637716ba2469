import { InvariantError } from "../base/diagnostics.ts";
import type { DataSet } from "../catalogue/dataset.ts";
import type { Column } from "../sql/type.ts";

/** Column names of a supplier's layout, in file order. */
export function supplierColumns(dataSet: DataSet, shape: string): readonly string[] {
  const found = dataSet.shapes.find(({ name }) => name === shape);
  if (found === undefined) throw new InvariantError(`${dataSet.id} has no layout ${shape}`);
  return found.columns;
}

/** Columns of a text file. */
export function textColumns(names: readonly string[]): Column[] {
  return names.map((name) => ({ name, type: "varchar" }));
}
