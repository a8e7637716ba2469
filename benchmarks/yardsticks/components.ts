import type { Session } from "../../src/engine/session.ts";

/**
 * Connected components in plain SQL, by the least label that neighbours have, until nothing changes; labels jump to
 * their own labels, so that long chains end early.
 *
 * In: a table of edges (a, b). Out: the table `name` (node, label), a row for each node that has an edge.
 */
export async function componentsBySql(session: Session, name: string, edges: string): Promise<void> {
  const run = async (text: string) => await session.run(name, text);
  await run(
    `CREATE OR REPLACE TABLE ${name}_both AS SELECT a, b FROM ${edges} UNION SELECT b AS a, a AS b FROM ${edges}`,
  );
  await run(
    `CREATE OR REPLACE TABLE ${name} AS SELECT a AS node, least(a, min(b)) AS label FROM ${name}_both GROUP BY a`,
  );
  for (;;) {
    await run(
      `CREATE OR REPLACE TABLE ${name}_next AS
SELECT n.node, least(n.label, up.label) AS label
FROM (
  SELECT own.node, least(own.label, min(other.label)) AS label
  FROM ${name} AS own
  JOIN ${name}_both AS e ON e.a = own.node
  JOIN ${name} AS other ON other.node = e.b
  GROUP BY own.node, own.label
) AS n
JOIN ${name} AS up ON up.node = n.label`,
    );
    const { n } = await session.row(
      name,
      `SELECT count(*) AS n FROM ${name} AS o JOIN ${name}_next AS x ON x.node = o.node WHERE x.label <> o.label`,
    );
    await run(`DROP TABLE ${name}`);
    await run(`ALTER TABLE ${name}_next RENAME TO ${name}`);
    if (Number(n) === 0) return;
  }
}
