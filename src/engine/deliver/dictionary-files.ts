import { type Json, stableJson } from "../../base/stable-json.ts";
import type { DictionaryEntry } from "../../steps/bag.ts";
import { writeBagFile } from "./bagit.ts";

/** Writes the dictionary: a line for each delivered field, a line for each code, and both as JSON. */
export async function writeDictionary(bag: string, entries: readonly DictionaryEntry[]): Promise<void> {
  const fields = entries.map((e) => [
    e.table,
    e.field,
    e.type,
    e.origin,
    e.meaning,
    e.from ?? "",
    e.to ?? "",
  ]);
  const codes = entries.flatMap((entry) => [
    ...Object.entries(entry.codes).map(([code, meaning]) => [
      entry.table,
      entry.field,
      code,
      "value",
      meaning,
    ]),
    ...Object.entries(entry.missing).map(([code, meaning]) => [
      entry.table,
      entry.field,
      code,
      "missing",
      meaning,
    ]),
  ]);
  const fieldHeads = ["table", "field", "type", "origin", "meaning", "supplied_from", "supplied_to"];
  await writeBagFile(bag, "data/dictionary/fields.csv", csv([fieldHeads, ...fields]));
  await writeBagFile(
    bag,
    "data/dictionary/codes.csv",
    csv([["table", "field", "code", "kind", "meaning"], ...codes]),
  );
  const json = stableJson({ fields: entries as unknown as Json }, 2);
  await writeBagFile(bag, "data/dictionary/dictionary.json", `${json}\n`);
}

function csv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cell).join(",")}\n`).join("");
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
