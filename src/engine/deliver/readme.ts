import type { BagPlan } from "../../steps/bag.ts";
import { writeBagFile } from "./bagit.ts";
import type { DeliveryManifest, ManifestFile } from "./delivery-manifest.ts";
import { code, heading, note, page, paragraph, table } from "./html.ts";

/** Writes data/README.html: what this is, how to check it, how to load it. */
export async function writeReadme(bag: string, plan: BagPlan, manifest: DeliveryManifest): Promise<void> {
  const body = [
    ...(plan.readme ?? "")
      .split(/\n{2,}/)
      .filter((part) => part.trim() !== "")
      .map(paragraph),
    about(manifest),
    heading("Check that it arrived whole"),
    paragraph("In the folder that holds bagit.txt:"),
    code("sha256sum -c manifest-sha256.txt"),
    heading("Files"),
    files(manifest),
    heading("Load it"),
    ...loading(manifest),
    heading("What to know"),
    ...caveats(manifest),
    heading("What else is here"),
    table("Other files", ["file", "holds"], others),
  ];
  await writeBagFile(bag, "data/README.html", page(plan.title, body.join("")));
}

const others = [
  ["data/manifest.json", "all of this page's facts, for programs"],
  ["data/dictionary/fields.csv", "every field: type, meaning, where it comes from"],
  ["data/dictionary/codes.csv", "every code, and every value that stands for none"],
  ["data/quality/linkage.html", "how records were joined, and how well"],
  ["data/quality/changes.html", "what differs from the delivery before"],
];

function about(manifest: DeliveryManifest): string {
  const { terms } = manifest;
  const optOuts = terms.optOuts.applied
    ? `applied, from the list of ${terms.optOuts.listDated}`
    : `not applied: ${terms.optOuts.reason}`;
  const facts = [
    ["Agreement", `${terms.agreement}: ${terms.title}`],
    ["Recipient", terms.recipient],
    ["Delivery", String(manifest.number)],
    ["Replaces", manifest.supersedes === null ? "none, it is the first" : `delivery ${manifest.supersedes}`],
    ["Period", manifest.period ?? "all that is listed below"],
    ["As at", manifest.as_at],
    ["Opt-outs", optOuts],
  ];
  return table("This delivery", ["item", "value"], facts);
}

function files({ tables }: DeliveryManifest): string {
  const rows = tables.flatMap((t) =>
    t.files.map((file) => [file.path, t.year ?? "", t.status ?? "", String(file.rows), String(file.bytes)]),
  );
  return table("Data files", ["file", "year", "status", "records", "bytes"], rows, new Set([3, 4]));
}

function loading({ tables }: DeliveryManifest): string[] {
  const all = tables.flatMap((t) => t.files);
  const parquet = all.find((file) => file.format === "parquet");
  const csv = all.find((file) => file.format === "csv");
  return [
    ...(parquet === undefined
      ? []
      : [paragraph("Parquet holds the types; nothing need be said:"), code(parquetCode(parquet))]),
    ...(csv === undefined
      ? []
      : [
          paragraph(
            "In CSV every value is text, so that codes keep their zeros; dates are 2024-05-31, and nothing stands for no value:",
          ),
          code(csvCode(csv)),
        ]),
  ];
}

function parquetCode({ path }: ManifestFile): string {
  return `# R
arrow::read_parquet("${path}")
# Python
pandas.read_parquet("${path}")`;
}

function csvCode({ path, delimiter }: ManifestFile): string {
  const mark = delimiter ?? "|";
  return `# R
readr::read_delim("${path}", delim = "${mark}", col_types = readr::cols(.default = "c"), escape_double = TRUE)
# Python
pandas.read_csv("${path}", sep="${mark}", dtype=str, keep_default_na=False)
* Stata
import delimited "${path}", delimiters("${mark}") stringcols(_all) bindquote(strict) clear`;
}

function caveats({ tables, terms }: DeliveryManifest): string[] {
  const provisional = tables.filter((t) => t.status === "provisional").map((t) => t.name);
  return [
    ...(provisional.length === 0
      ? []
      : [note(`Provisional, and to be replaced by a later release: ${provisional.join(", ")}.`)]),
    ...(terms.pseudonyms.scope === "release"
      ? [paragraph("Tokens are made anew for each delivery. Do not join deliveries by them.")]
      : [paragraph("Tokens last for the whole agreement, and join the tables of all its deliveries.")]),
    paragraph("The order of records says nothing: they are sorted by token."),
    paragraph(
      "Values are exactly as they were published. A spreadsheet reads a value that begins with =, +, - or @ as a formula: load the files with the programs above instead.",
    ),
  ];
}
