import type { Operation } from "./operation.ts";
import type { Sql } from "./sql.ts";

/** Every word that stands in a tree: names of tables, of columns and of aliases, and keywords, alike. */
function namesIn(node: Sql): Set<string> {
  const names = new Set<string>();
  collect(node, names);
  return names;
}

function collect(node: Sql, names: Set<string>): void {
  if (node.kind === "text") for (const [word] of node.text.matchAll(/\w+/g)) names.add(word);
  else if (node.kind === "ident") for (const name of node.path) names.add(name);
  else if (node.kind === "call") for (const arg of node.args) collect(arg, names);
  else if (node.kind === "list") for (const part of node.parts) collect(part, names);
}

/**
 * For each operation, the tables made before that nothing after it reads, so that their room can be given back.
 * A column of a table's name only lets the table stand longer.
 */
export function tablesDone(operations: readonly Operation[]): string[][] {
  const lastUse = new Map<string, number>();
  for (const [i, operation] of operations.entries()) {
    for (const name of namesRead(operation)) {
      if (lastUse.has(name)) lastUse.set(name, i);
    }
    if (operation.kind === "statement" || operation.kind === "host") lastUse.set(operation.output.name, i);
  }
  return operations.map((_, i) => [...lastUse].filter(([, last]) => last === i).map(([name]) => name));
}

function namesRead(operation: Operation): Iterable<string> {
  if (operation.kind !== "host") return namesIn(operation.query);
  return [...namesIn(operation.input), ...(operation.reads ?? [])];
}
