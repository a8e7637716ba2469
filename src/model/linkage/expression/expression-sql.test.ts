import { describe, expect, it } from "vitest";
import { duckdb } from "../../../sql/duckdb.ts";
import { print } from "../../../sql/print.ts";
import { spark } from "../../../sql/spark.ts";
import { ident } from "../../../sql/sql.ts";
import { parseExpression } from "./expression.ts";
import { functionNames } from "./expression-calls.ts";
import { compileExpression } from "./expression-sql.ts";

function printed(text: string, dialect = spark): string {
  const { expression, problem } = parseExpression(text);
  if (expression === undefined) throw new Error(problem);
  return print(compileExpression(expression, ident), dialect);
}

const more: Readonly<Record<string, string>> = {
  substr: "substr(x, 2, 3)",
  last: "last(x, 2)",
  replace: "replace(x, 'a\\', '$1')",
  nullif: "nullif(x, 'a', 'b')",
  coalesce: "coalesce(x, y, 'a')",
  regexp_extract: "regexp_extract(x, '^(\\w+) ', 1)",
  date: "date(x, '%d/%m/%Y')",
  split: "split(x, '.|')",
};

describe("compileExpression", () => {
  it("prints every function for Spark", () => {
    const texts = functionNames.map((fn) => more[fn] ?? `${fn}(x)`);
    expect(texts.map((text) => `${text}\n  ${printed(text)}`).join("\n")).toMatchInlineSnapshot(`
      "lower(x)
        lower(\`x\`)
      upper(x)
        upper(\`x\`)
      trim(x)
        nullif(trim(\`x\`), '')
      letters(x)
        nullif(regexp_replace(\`x\`, '[^A-Za-z]+', ''), '')
      digits(x)
        nullif(regexp_replace(\`x\`, '[^0-9]+', ''), '')
      alphanumeric(x)
        nullif(regexp_replace(\`x\`, '[^A-Za-z0-9]+', ''), '')
      substr(x, 2, 3)
        nullif(regexp_replace(substring(\`x\`, 2, 3), '^ +\\\\z', ''), '')
      last(x, 2)
        right(\`x\`, 2)
      replace(x, 'a\\', '$1')
        nullif(regexp_replace(replace(\`x\`, 'a\\\\', '$1'), '^ +\\\\z', ''), '')
      nullif(x, 'a', 'b')
        nullif(nullif(\`x\`, 'a'), 'b')
      coalesce(x, y, 'a')
        coalesce(\`x\`, \`y\`, 'a')
      regexp_extract(x, '^(\\w+) ', 1)
        nullif(regexp_replace(regexp_extract(\`x\`, '^(\\\\w+) ', 1), '^ +\\\\z', ''), '')
      year(x)
        substring(date_format(CASE WHEN \`x\` RLIKE '^[0-9]{4}-[0-9]{2}-[0-9]{2}\\\\z' THEN try_to_date(\`x\`, 'yyyy-MM-dd') END, 'yyyy-MM-dd'), 1, 4)
      month(x)
        substring(date_format(CASE WHEN \`x\` RLIKE '^[0-9]{4}-[0-9]{2}-[0-9]{2}\\\\z' THEN try_to_date(\`x\`, 'yyyy-MM-dd') END, 'yyyy-MM-dd'), 6, 2)
      day(x)
        substring(date_format(CASE WHEN \`x\` RLIKE '^[0-9]{4}-[0-9]{2}-[0-9]{2}\\\\z' THEN try_to_date(\`x\`, 'yyyy-MM-dd') END, 'yyyy-MM-dd'), 9, 2)
      date(x, '%d/%m/%Y')
        date_format(CASE WHEN \`x\` RLIKE '^[0-9]{2}/[0-9]{2}/[0-9]{4}\\\\z' THEN try_to_date(\`x\`, 'dd/MM/yyyy') END, 'yyyy-MM-dd')
      number(x)
        regexp_replace(CAST(try_cast(regexp_extract(\`x\`, '^[+-]?([0-9]+(\\\\.[0-9]*)?|\\\\.[0-9]+)([eE][+-]?[0-9]+)?\\\\z', 0) AS DECIMAL(38,12)) AS STRING), '\\\\.?0+\\\\z', '')
      area(x)
        nullif(regexp_extract(upper(\`x\`), '^([A-Z]{1,2})(?:[0-9]|\\\\z)', 1), '')
      district(x)
        nullif(regexp_extract(regexp_replace(upper(\`x\`), '^([A-Z]{1,2}[0-9][A-Z0-9]?) *([0-9][A-Z]{2})\\\\z', '$1 $2'), '^([A-Z]{1,2}[0-9][A-Z0-9]?)(?: |\\\\z)', 1), '')
      sector(x)
        nullif(regexp_extract(regexp_replace(upper(\`x\`), '^([A-Z]{1,2}[0-9][A-Z0-9]?) *([0-9][A-Z]{2})\\\\z', '$1 $2'), '^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9]', 0), '')
      email_user(x)
        nullif(regexp_replace(regexp_extract(\`x\`, '^([^@]+)@', 1), '^ +\\\\z', ''), '')
      email_domain(x)
        nullif(regexp_replace(regexp_extract(\`x\`, '@([^@]+)\\\\z', 1), '^ +\\\\z', ''), '')
      soundex(x)
        (nullif(substring(upper(regexp_replace(\`x\`, '[^A-Za-z]+', '')), 1, 1), '') || rpad(replace(substring(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace(regexp_replace(translate(upper(regexp_replace(\`x\`, '[^A-Za-z]+', '')), 'BFPVCGJKQSXZDTLMNRAEIOUYHW', '11112222222233455600000099'), '^9', '0'), '9', ''), '1+', '1'), '2+', '2'), '3+', '3'), '4+', '4'), '5+', '5'), '6+', '6'), 2), '0', ''), 3, '0'))
      split(x, '.|')
        CASE WHEN trim(replace(\`x\`, '.|', '')) <> '' THEN filter(transform(split(\`x\`, '\\\\.\\\\|'), part -> trim(part)), part -> part <> '') END"
    `);
  });

  it("looks for blanks only where there may be some", () => {
    expect(printed("substr(lower(x), 1, 3)", duckdb)).toBe('substring(lower("x"), 1, 3)');
    expect(printed("last(soundex(x), 3)", spark)).toMatch(/^right\(/);
    expect(printed("last(replace(x, 'a', ' '), 3)", spark)).toMatch(/^nullif\(regexp_replace\(right\(/);
    expect(printed("x || ' ' || 1", duckdb)).toBe(`("x" || ' ' || '1')`);
    expect(printed("coalesce(x, ' ', ' ' || '')", spark)).toBe(
      "coalesce(`x`, CAST(NULL AS STRING), CAST(NULL AS STRING))",
    );
  });

  it("refuses a tree that no text gives", () => {
    const column = { kind: "column", name: "x" } as const;
    expect(() => compileExpression({ kind: "call", fn: "substr", args: [column, column] }, ident)).toThrow(
      /written out/,
    );
    expect(() => compileExpression({ kind: "call", fn: "date", args: [column] }, ident)).toThrow(
      /written out/,
    );
  });
});
