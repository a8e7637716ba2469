import { describe, expect, it } from "vitest";
import { tablesDone } from "./names-in.ts";
import type { Operation } from "./operation.ts";
import { ident, type Sql, sql } from "./sql.ts";
import { statement } from "./statement.ts";

const from = (name: string): Sql => sql`SELECT a FROM ${ident(name)}`;

describe("tablesDone", () => {
  it("names a table at its last reader, and one that nobody reads where it is made", () => {
    const operations: Operation[] = [
      statement("one", [], from("input")),
      statement("two", [], from("one")),
      statement("unread", [], from("one")),
      { kind: "measure", id: "three", query: from("two") },
    ];
    expect(tablesDone(operations)).toEqual([[], [], ["one", "unread"], ["two"]]);
  });

  it("never names an input", () => {
    expect(tablesDone([{ kind: "measure", id: "m", query: from("input") }])).toEqual([[]]);
  });
});
