import { Document, isMap, isScalar, isSeq, type Node, type Pair, Scalar } from "yaml";
import type { WrittenMatch } from "./match-spec.ts";

/** A match step to be written out, for people to read on. */
type PrintedMatch = Partial<WrittenMatch>;

/** What stands above a specification, and how many pairs each blocking rule makes, where that is known. */
interface MatchNotes {
  readonly heading: readonly string[];
  readonly pairs?: readonly number[];
}

/** A pipeline of one match step as people read it: levels and rules one to a line, pairs beside their rules. */
export function matchYaml(match: PrintedMatch, { heading, pairs = [] }: MatchNotes): string {
  const { sources, compare, comparisons, blocking, lambda, training, decision } = match;
  const step = {
    ...{ id: "link", kind: "match", sources, compare, comparisons, blocking },
    ...{ lambda, training, decision },
  };
  const document = new Document(
    { version: 1, pipeline: "linkage", title: "Linkage of files", steps: [step] },
    { keepUndefined: false, aliasDuplicateObjects: false },
  );
  document.commentBefore = heading.map((line) => ` ${line}`).join("\n");
  const at = (...path: (string | number)[]) => document.getIn(["steps", 0, ...path], true) as Node;
  each(at("sources"), (source) => {
    if (isMap(source) && !source.has("columns")) source.flow = true;
  });
  each(at("comparisons"), (comparison) => {
    if (!isMap(comparison)) return;
    each(comparison.get("levels", true) as Node, flow);
    for (const key of ["else", "null"]) flow(comparison.get(key, true) as Node | undefined);
  });
  if (compare !== undefined) each(at("compare"), flow);
  each(at("blocking"), (rule, i) => {
    flow(rule);
    const n = pairs[i];
    if (n !== undefined) rule.comment = ` ${n.toLocaleString("en-GB")} pairs`;
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

function flow(node: Node | undefined): void {
  if (isMap(node) || isSeq(node)) node.flow = true;
  if (isScalar(node)) node.type = Scalar.PLAIN;
}
