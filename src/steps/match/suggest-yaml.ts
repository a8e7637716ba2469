import { Document, isMap, isScalar, isSeq, type Node, type Pair, Scalar } from "yaml";
import type { CountedRule } from "../../model/linkage/suggest/choose-blocking.ts";
import type { SuggestedMatch } from "./suggest-spec.ts";

/** What stands above a suggestion, and the pairs of its rules. */
export interface SuggestionNotes {
  readonly heading: readonly string[];
  readonly blocking: readonly CountedRule[];
}

/** A pipeline of one match step as people read it: levels and rules one to a line, pairs beside their rules. */
export function suggestionYaml(match: SuggestedMatch, { heading, blocking }: SuggestionNotes): string {
  const { sources, compare, comparisons, blocking: rules, training, decision } = match;
  const step = {
    id: "link",
    kind: "match",
    sources,
    compare,
    comparisons,
    blocking: rules,
    training,
    decision,
  };
  const document = new Document(
    { version: 1, pipeline: "linkage", title: "Linkage of files", steps: [step] },
    { keepUndefined: false },
  );
  document.commentBefore = heading.map((line) => ` ${line}`).join("\n");
  const at = (...path: (string | number)[]) => document.getIn(["steps", 0, ...path], true) as Node;
  each(at("sources"), (source) => {
    if (isMap(source) && !source.has("columns")) source.flow = true;
  });
  each(at("comparisons"), (comparison) => {
    if (isMap(comparison)) each(comparison.get("levels", true) as Node, flow);
  });
  if (compare !== undefined) each(at("compare"), flow);
  each(at("blocking"), (rule, i) => {
    flow(rule);
    rule.comment = ` ${(blocking[i]?.pairs ?? 0).toLocaleString("en-GB")} pairs`;
  });
  each(at("training", "rules"), flow);
  const inDecision = at("decision");
  if (isMap(inDecision)) for (const { value } of inDecision.items as Pair[]) flow(value as Node);
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function each(node: Node | undefined, visit: (item: Node, place: number) => void): void {
  const items = isSeq(node) ? node.items : isMap(node) ? node.items.map(({ value }) => value) : [];
  for (const [place, item] of items.entries()) visit(item as Node, place);
}

function flow(node: Node): void {
  if (isMap(node) || isSeq(node)) node.flow = true;
  if (isScalar(node)) node.type = Scalar.PLAIN;
}
