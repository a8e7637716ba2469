import type { Field } from "../../catalogue/dataset.ts";
import type { DeliveredColumn, DeliveredTable } from "../../model/gate.ts";
import type { DictionaryEntry } from "../bag.ts";

/** The dictionary of exactly the delivered columns, in file order. */
export function dictionaryOf(tables: readonly DeliveredTable[]): DictionaryEntry[] {
  return tables.flatMap((table) => table.columns.map((column) => entry(table, column)));
}

function entry(table: DeliveredTable, { name, type, origin }: DeliveredColumn): DictionaryEntry {
  const head = { table: table.name, field: name, type };
  switch (origin.kind) {
    case "person-token":
      return {
        ...head,
        meaning: "The person: the same token in every table, and in no other recipient's data",
        origin: "pseudonym",
        codes: {},
        missing: {},
      };
    case "record-token":
      return { ...head, ...told(origin.field), origin: "pseudonym" };
    case "field":
      return { ...head, ...told(origin.field), origin: "published" };
    case "derived": {
      const from = origin.from.map((field) => field.name).join(", ");
      return {
        ...head,
        meaning: `${origin.meaning}; from ${from}`,
        origin: "derived",
        codes: origin.codes,
        missing: {},
      };
    }
  }
}

function told(field: Field): Pick<DictionaryEntry, "meaning" | "codes" | "missing" | "from" | "to"> {
  return {
    meaning: field.meaning,
    codes: field.codes ?? {},
    missing: field.missing ?? {},
    ...(field.from === undefined ? {} : { from: field.from }),
    ...(field.to === undefined ? {} : { to: field.to }),
  };
}
