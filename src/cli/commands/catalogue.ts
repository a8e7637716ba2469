import { nearest, refuse } from "../../base/diagnostics.ts";
import { catalogue } from "../../catalogue/catalogue.ts";
import type { DataSet, Field } from "../../catalogue/dataset.ts";
import type { CommonOptions, Verb } from "../command.ts";
import { renderTable, wrap } from "../render/table.ts";

/** `dars catalogue [DATASET]`: data sets; or one data set's shapes, fields, codes and checks. */
export const catalogueVerb: Verb = (program, answer) => {
  program
    .command("catalogue")
    .description("the data sets; or one data set's fields, codes, file shapes and checks")
    .argument("[dataset]", "a data set's id")
    .argument("[field]", "one field's meaning, codes and missing values")
    .action(
      answer(async (_context, id: string | undefined, field: string | undefined, _options: CommonOptions) => {
        if (id === undefined) return { json: { dataSets: catalogue.map(summary) }, text: renderCatalogue() };
        const dataSet =
          catalogue.find((d) => d.id === id) ??
          unknown(
            "data set",
            id,
            catalogue.map((d) => d.id),
          );
        if (field === undefined) return { json: describe(dataSet), text: renderDataSet(dataSet) };
        const names = dataSet.fields.map((f) => f.name);
        const found =
          dataSet.fields.find((f) => f.name === field.toUpperCase()) ?? unknown("field", field, names);
        return { json: found, text: renderField(found) };
      }),
    );
};

function unknown(what: string, name: string, known: readonly string[]): never {
  return refuse(
    "spec/unknown-name",
    { file: "catalogue" },
    { what, name, near: nearest(name, known), known },
  );
}

function summary(dataSet: DataSet): object {
  const { id, title, supplier, supply, unit } = dataSet;
  return {
    id,
    title,
    supplier,
    supply,
    unit,
    fields: dataSet.fields.length,
    shapes: dataSet.shapes.map((s) => s.name),
  };
}

function renderCatalogue(): string {
  const rows = catalogue.map((d) => [d.id, d.title, d.supply, d.fields.length, d.shapes.length]);
  const table = renderTable(["data set", "title", "supply", "fields", "shapes"], rows, [16, 34]);
  return `${table}\n\nOne data set: dars catalogue hes_apc. One field: dars catalogue hes_apc SEX`;
}

/** A data set as data: patterns and checks as text. */
function describe(dataSet: DataSet): object {
  const shapes = dataSet.shapes.map((s) => ({
    ...s,
    trailer: s.trailer?.source,
    fileName: s.fileName?.source,
  }));
  const checks = dataSet.checks.map(({ code, severity, field, about }) => ({ code, severity, field, about }));
  return { ...dataSet, shapes, checks };
}

function renderDataSet(d: DataSet): string {
  const facts = [
    `${d.title} (${d.id})`,
    wrap(d.about),
    "",
    `One row is ${d.unit}.`,
    `From ${d.supplier}; supply: ${d.supply}.`,
    `Key: ${d.naturalKey.join(", ")}.${d.periodDate === undefined ? "" : ` Period by ${d.periodDate}.`}`,
  ];
  const shapes = d.shapes.map((s) => [s.name, s.columns.length, delimiterName(s.delimiter), s.about]);
  const checks = d.checks.map((c) => [c.code, c.severity, c.field, c.about]);
  const fields = d.fields.map((f) => [f.name, f.type, marks(f), f.meaning]);
  return [
    facts.join("\n"),
    renderTable(["shape", "columns", "delimiter", "about"], shapes, [24, 8, 10, 32]),
    renderTable(["check", "", "field", "about"], checks, [7, 8, 22, 36]),
    renderTable(["field", "type", "class", "meaning"], fields, [24, 9, 6, 34]),
    "class: D direct identifier, K record key, Q quasi-identifier, T free text;\n       s sensitive, r restricted",
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function delimiterName(delimiter: string): string {
  return delimiter === "\t" ? "tab" : delimiter;
}

function marks(field: Field): string {
  const identifies = { direct: "D", record_key: "K", quasi: "Q", free_text: "T", no: "" }[field.identifies];
  return `${identifies}${{ standard: "", sensitive: " s", restricted: " r" }[field.permission]}`.trim();
}

function renderField(field: Field): string {
  const list = (title: string, codes: Readonly<Record<string, string>> | undefined) =>
    codes === undefined
      ? []
      : ["", title, renderTable(["value", "meaning"], Object.entries(codes), [14, 60])];
  return [
    wrap(`${field.name}: ${field.meaning}`),
    `type ${field.type}; identifies: ${field.identifies}; permission: ${field.permission}`,
    ...(field.from === undefined && field.to === undefined
      ? []
      : [`supplied ${field.from ?? ""}–${field.to ?? ""}`]),
    ...(field.recalled ? ["This entry is recalled, not found in a published document."] : []),
    ...list("Codes", field.codes),
    ...list("Values that mean nothing was recorded", field.missing),
  ].join("\n");
}
