import { type DataSet, type Field, fieldOf, isDirect } from "../../catalogue/dataset.ts";
import { yearsOf } from "../../model/gate-agreement.ts";
import type { FileFormat } from "../../sql/operation.ts";
import { fieldsNamed } from "./condition.ts";
import { derivations } from "./derived/derivations.ts";
import type { Derivation } from "./derived/derived.ts";
import type { ExtractSpec, TableSpec } from "./extract-spec.ts";

/** One table of one year, its names resolved. */
export interface ResolvedTable {
  /** As published: HES_APC_2023_24. */
  readonly name: string;
  /** As in SQL and in names of inputs: hes_apc_2023_24. */
  readonly id: string;
  readonly spec: TableSpec;
  readonly dataSet: DataSet;
  readonly year: string;
  readonly fields: readonly Field[];
  readonly derived: readonly {
    readonly derivation: Derivation;
    readonly uses: readonly Field[];
    readonly name: string;
  }[];
}

/** The tables of a specification, one for each year. Names that do not exist are left out: `check` has told of them. */
export function resolveTables(spec: ExtractSpec, catalogue: readonly DataSet[]): ResolvedTable[] {
  return spec.tables.flatMap((table) => {
    const dataSet = catalogue.find((d) => d.id === table.dataset);
    if (dataSet === undefined) return [];
    const fields = unique(table.fields.flatMap((pattern) => fieldsNamed(dataSet, pattern)));
    const derived = table.derive.flatMap((name) => {
      const derivation = derivations[name];
      const uses = derivation && fieldsUsed(derivation, dataSet);
      return derivation && uses ? [{ name, derivation, uses }] : [];
    });
    return yearsOf(table.years).map((year) => {
      const id = `${dataSet.id}_${year.replace("/", "_")}`;
      return { name: id.toUpperCase(), id, spec: table, dataSet, year, fields, derived };
    });
  });
}

/** The fields that a derivation reads in a data set; undefined where the data set lacks them. */
export function fieldsUsed(derivation: Derivation, dataSet: DataSet): readonly Field[] | undefined {
  for (const names of derivation.uses) {
    const found = names.flatMap((name) => fieldOf(dataSet, name) ?? []);
    if (found.length === names.length) return found;
  }
  return undefined;
}

/** The files of a table. */
export function filesOf(name: string, spec: ExtractSpec): { path: string; as: FileFormat }[] {
  return unique(spec.formats).map((format) => ({
    path: `${name}.${format}`,
    as: format === "csv" ? { format, delimiter: spec.csv.delimiter } : { format },
  }));
}

/** Record keys leave as tokens, unless the agreement permits them as they are. */
export function isTokenised(field: Field, rawKeys: boolean): boolean {
  return field.identifies === "record_key" && !rawKeys;
}

/** Does the table need the identity zone, where direct identifiers are? */
export function needsIdentity(table: ResolvedTable): boolean {
  return table.fields.some(isDirect);
}

export function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
