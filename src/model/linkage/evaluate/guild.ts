import type { LinkageReport } from "./report.ts";

/** A part of the report, by its key. */
export type ReportKey = Exclude<keyof LinkageReport, "format" | "specification" | "warnings" | "guild">;

/** One thing that readers of linked data need to know: what this report says of it, and what the analyst must add. */
export interface GuildItem {
  readonly step: "data provision" | "linkage" | "analysis" | "reporting";
  readonly item: string;
  readonly state: "filled" | "partly" | "to state";
  /** Where the report says it. */
  readonly sections: readonly ReportKey[];
  readonly toState: string | null;
}

/**
 * The items of GUILD in our words, with what a linkage report can fill by itself.
 *
 * In: whether the specification asks for subgroups, and whether the model was checked for dependence.
 * Source: Gilbert et al., GUILD: GUidance for Information about Linking Data sets, Journal of Public Health 40 (2018).
 */
export function guildItems(has: { readonly subgroups: boolean; readonly dependence: boolean }): GuildItem[] {
  return [...provision(), ...linkage(has), ...analysis(has), ...reporting()];
}

function provision(): GuildItem[] {
  const step = "data provision";
  return [
    {
      step,
      item: "Population of each source",
      ...partly(["flow"], "Who is in each source and who is missing from it, and the period it covers."),
    },
    {
      step,
      item: "How the records came about",
      ...toState(
        "How and why records were made and extracted, when, and changes of practice or coding over time.",
      ),
    },
    {
      step,
      item: "Cleaning before linkage",
      ...toState(
        "What was cleaned, coded, removed as a duplicate or invalid before the files were handed in.",
      ),
    },
    {
      step,
      item: "Quality of the columns compared",
      ...partly(
        ["completeness", "unlinkables"],
        "How values are checked at their source, and known errors and defaults.",
      ),
    },
    {
      step,
      item: "Permission and objection",
      ...toState("The legal basis, and how many records were left out because of opt-outs."),
    },
  ];
}

function linkage(has: { readonly subgroups: boolean; readonly dependence: boolean }): GuildItem[] {
  const step = "linkage";
  return [
    {
      step,
      item: "Who linked, and what they saw",
      ...toState("Who linked, and how identifiers were kept apart from other content."),
    },
    { step, item: "Comparisons and their weights", ...filled(["model"]) },
    { step, item: "Which pairs were compared", ...filled(["flow"]) },
    { step, item: "How the model was trained", ...filled(["training"]) },
    {
      step,
      item: "Assumptions of the model",
      ...(has.dependence
        ? filled(["dependence"])
        : toState("Whether columns that are compared agree by coincidence of one another.")),
    },
    {
      step,
      item: "How links were decided",
      ...partly(["flow", "weights", "margins"], "Why this threshold was chosen."),
    },
    {
      step,
      item: "Linkage error",
      ...partly(["errors"], "Precision and recall by a labelled or clerically reviewed sample."),
    },
    {
      step,
      item: "Records without a link",
      ...(has.subgroups
        ? filled(["flow", "unlinkables", "subgroups"])
        : partly(
            ["flow", "unlinkables"],
            "How they differ from linked ones: name columns under report: by.",
          )),
    },
    { step, item: "Software and versions", ...filled(["versions"]) },
  ];
}

function analysis(has: { readonly subgroups: boolean }): GuildItem[] {
  const step = "analysis";
  return [
    {
      step,
      item: "Linked and other records compared",
      ...(has.subgroups
        ? partly(["subgroups"], "What differences between groups mean for the results.")
        : toState("The share linked in each group that matters to the results.")),
    },
    {
      step,
      item: "Sensitivity to linkage",
      ...partly(["errors"], "Results under other thresholds or decisions."),
    },
    {
      step,
      item: "Linkage error in the analysis",
      ...toState("How the analysis takes false and missed links into account."),
    },
  ];
}

function reporting(): GuildItem[] {
  const step = "reporting";
  return [
    { step, item: "Flow of records", ...filled(["flow"]) },
    {
      step,
      item: "Limits",
      ...toState("What linkage error, and who was not linked, mean for the conclusions."),
    },
    {
      step,
      item: "Repeating the linkage",
      ...partly(["versions"], "Where the specification and the model can be had."),
    },
  ];
}

type Rest = Omit<GuildItem, "step" | "item">;

function filled(sections: readonly ReportKey[]): Rest {
  return { state: "filled", sections, toState: null };
}

function partly(sections: readonly ReportKey[], what: string): Rest {
  return { state: "partly", sections, toState: what };
}

function toState(what: string): Rest {
  return { state: "to state", sections: [], toState: what };
}
