import { message } from "../message.ts";

const near = (p: { near?: string | undefined }) =>
  p.near === undefined ? "" : ` (did you mean "${p.near}"?)`;

/** Mistakes in a file that a person writes: pipelines, agreements, dars.yaml. */
export const specMessages = {
  "spec/syntax": message(
    "usage",
    "The text is not valid YAML, so nothing in it can be read.",
    (p: { detail: string }) => `not valid YAML: ${p.detail}`,
    () => "correct the line; indent with spaces, and close every quote and bracket",
  ),
  "spec/not-plain": message(
    "usage",
    "A part of YAML that these files do not have (aliases, anchors, tags, directives, a second document, deep nesting), or a character that is no text. What is written must be what is read.",
    (p: { what: string; fix: string }) => `${p.what} is not taken here`,
    (p) => p.fix,
  ),
  "spec/duplicate-key": message(
    "usage",
    "A key stands twice in one mapping. Only one of them could hold, so neither does.",
    (p: { key: string }) => `key "${p.key}" stands twice in one mapping`,
    () => "keep one of them",
  ),
  "spec/unknown-key": message(
    "usage",
    "A key that this kind of file does not have. Unknown keys never pass, as a misspelt one would be ignored in silence.",
    (p: { key: string; near?: string | undefined; known: readonly string[] }) =>
      `unknown key "${p.key}"${near(p)}`,
    (p) => `use one of: ${p.known.join(", ")}`,
  ),
  "spec/missing-key": message(
    "usage",
    "A key that this kind of file must have is absent.",
    (p: { key: string }) => `key "${p.key}" is missing`,
    (p) => `add "${p.key}:" here`,
  ),
  "spec/wrong-type": message(
    "usage",
    "A value has the wrong type. YAML reads an unquoted 0123 or 2019 as a number, so codes need quotes.",
    (p: { expected: string; found: string; source?: string | undefined }) =>
      `expected ${p.expected}, found ${p.found}`,
    (p) => {
      if (p.source !== undefined) return `put the value in quotes: "${p.source}"`;
      return p.found === "text" && /^(a number|a whole number|true or false|\d+)$/.test(p.expected)
        ? `write ${p.expected} here, without quotes`
        : `write ${p.expected} here`;
    },
  ),
  "spec/wrong-value": message(
    "usage",
    "A value has the right type but is not one of those allowed here.",
    (p: { detail: string; near?: string | undefined }) => `${p.detail}${near(p)}`,
    (p) =>
      p.near === undefined
        ? "correct the value; `dars check --help` names the schema of each file"
        : `write "${p.near}"`,
  ),
  "spec/unknown-name": message(
    "usage",
    "A name (data set, field, rule set, step, product …) that does not exist.",
    (p: { what: string; name: string; near?: string | undefined; known: readonly string[] }) =>
      `there is no ${p.what} "${p.name}"${near(p)}`,
    (p) =>
      p.known.length === 0
        ? `no ${p.what} exists here`
        : `use one of: ${p.known.slice(0, 12).join(", ")}${p.known.length > 12 ? ", …" : ""}`,
  ),
  "spec/repeated-name": message(
    "usage",
    "Two things of one kind have the same name, so a reference to it would be ambiguous.",
    (p: { what: string; name: string }) => `${p.what} "${p.name}" stands twice`,
    () => "rename or remove one of them",
  ),
  "spec/usage": message(
    "usage",
    "The command line itself is wrong: an option, an argument or a combination.",
    (p: { detail: string; fix: string }) => p.detail,
    (p) => p.fix,
  ),
  "spec/unreadable": message(
    "inputMissing",
    "A file named on the command line or in a specification cannot be read.",
    (p: { reason: string }) => `cannot be read: ${p.reason}`,
    () => "check the path and its permissions",
  ),
};
