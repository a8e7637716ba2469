import type { SqlNode } from "./condition.ts";

/**
 * What stands in an expression at the places of a pattern, by their names; undefined where it has another form. A
 * pattern is an expression whose columns are places, and each stands for the same wherever it is named.
 */
export function matchPattern(pattern: SqlNode, node: SqlNode): ReadonlyMap<string, SqlNode> | undefined {
  const places = new Map<string, SqlNode>();
  return fits(pattern, node, places) ? places : undefined;
}

function fits(pattern: SqlNode, node: SqlNode, places: Map<string, SqlNode>): boolean {
  if (pattern.kind === "column") {
    const place = pattern.side === undefined ? pattern.name : `${pattern.name}_${pattern.side}`;
    const known = places.get(place);
    if (known === undefined) places.set(place, node);
    return known === undefined || JSON.stringify(known) === JSON.stringify(node);
  }
  const [parts, others] = [childrenOf(pattern), childrenOf(node)];
  return (
    shellOf(pattern) === shellOf(node) &&
    parts.length === others.length &&
    parts.every((part, i) => fits(part, others[i] as SqlNode, places))
  );
}

/** The expressions that an expression is made of. */
export function childrenOf(node: SqlNode): readonly SqlNode[] {
  switch (node.kind) {
    case "call":
      return node.args;
    case "infix":
      return [node.left, node.right];
    case "and":
    case "or":
      return node.parts;
    case "case":
      return [...node.whens.flat(), node.otherwise];
    default:
      return "of" in node ? [node.of] : [];
  }
}

/** What an expression is beside its parts. */
function shellOf(node: SqlNode): string {
  switch (node.kind) {
    case "call":
      return `call ${node.name}`;
    case "cast":
      return `cast ${node.type}`;
    case "infix":
      return `infix ${node.operator}`;
    case "isNull":
      return `isNull ${node.isNegated}`;
    case "and":
    case "or":
    case "not":
    case "case":
      return node.kind;
    default:
      return JSON.stringify(node);
  }
}

/** A pattern's SQL with other SQL at its places, which are named a1, a2 … or a1_l, a1_r …. */
export function fillPattern(sql: string, places: Readonly<Record<string, string>>): string {
  return sql.replaceAll(/\ba[123](?:_[lr])?\b/g, (place) => places[place] ?? place);
}
