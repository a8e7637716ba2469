/** One thing that readers of linked data need to know: what this report says of it, and what the analyst must add. */
export interface GuildItem {
  readonly step: "data provision" | "linkage" | "analysis" | "reporting";
  readonly item: string;
  readonly state: "filled" | "partly" | "to state";
  /** Sections of the report. */
  readonly sections: readonly number[];
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
      ...partly([1], "Who is in each source and who is missing from it, and the period it covers."),
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
      ...partly([6, 7], "How values are checked at their source, and known errors and defaults."),
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
    { step, item: "Comparisons and their weights", ...filled([2, 3]) },
    { step, item: "Which pairs were compared", ...filled([1]) },
    { step, item: "How the model was trained", ...filled([5]) },
    {
      step,
      item: "Assumptions of the model",
      ...(has.dependence
        ? filled([10])
        : toState("Whether columns that are compared agree by coincidence of one another.")),
    },
    { step, item: "How links were decided", ...partly([1, 4, 9], "Why this threshold was chosen.") },
    {
      step,
      item: "Linkage error",
      ...partly([8], "Precision and recall by a labelled or clerically reviewed sample."),
    },
    {
      step,
      item: "Records without a link",
      ...(has.subgroups
        ? filled([1, 7, 13])
        : partly([1, 7], "How they differ from linked ones: name columns under report: by.")),
    },
    { step, item: "Software and versions", ...filled([14]) },
  ];
}

function analysis(has: { readonly subgroups: boolean }): GuildItem[] {
  const step = "analysis";
  return [
    {
      step,
      item: "Linked and other records compared",
      ...(has.subgroups
        ? partly([13], "What differences between groups mean for the results.")
        : toState("The share linked in each group that matters to the results.")),
    },
    {
      step,
      item: "Sensitivity to linkage",
      ...partly([8], "Results under other thresholds or decisions."),
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
    { step, item: "Flow of records", ...filled([1]) },
    {
      step,
      item: "Limits",
      ...toState("What linkage error, and who was not linked, mean for the conclusions."),
    },
    {
      step,
      item: "Repeating the linkage",
      ...partly([14], "Where the specification and the model can be had."),
    },
  ];
}

type Rest = Omit<GuildItem, "step" | "item">;

function filled(sections: readonly number[]): Rest {
  return { state: "filled", sections, toState: null };
}

function partly(sections: readonly number[], what: string): Rest {
  return { state: "partly", sections, toState: what };
}

function toState(what: string): Rest {
  return { state: "to state", sections: [], toState: what };
}
