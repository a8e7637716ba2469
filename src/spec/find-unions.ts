import type * as z from "zod";
import { valueAt } from "./value-at.ts";
import type { Path } from "./yaml.ts";

/** A value that may be one of several things. */
export interface FoundUnion {
  readonly path: Path;
  readonly value: unknown;
  readonly options: readonly z.core.$ZodType[];
}

/**
 * The outermost unions that a value meets in its schema. A union told apart by a named key counts as the options that
 * its key allows.
 */
export function findUnions(schema: z.core.$ZodType, value: unknown, path: Path): FoundUnion[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (value === undefined) return [];
  const inside = (part: z.core.$ZodType, key: string | number) =>
    findUnions(part, valueAt(value, [key]), [...path, key]);
  switch (def.type) {
    case "union":
      if (!("discriminator" in def)) return [{ path, value, options: def.options }];
      return def.options
        .filter((option) => !isContradicted(option, value))
        .flatMap((option) => findUnions(option, value, path));
    case "object":
      return Object.entries(def.shape).flatMap(([key, part]) => inside(part, key));
    case "array":
      return Array.isArray(value) ? value.flatMap((_, index) => inside(def.element, index)) : [];
    case "record":
      return isMapping(value) ? Object.keys(value).flatMap((key) => inside(def.valueType, key)) : [];
    case "lazy":
      return findUnions((schema as z.core.$ZodLazy)._zod.innerType, value, path);
    case "pipe":
      return findUnions(def.in, value, path);
    case "nullable":
      return value === null ? [] : findUnions(def.innerType, value, path);
    default:
      return "innerType" in def ? findUnions(def.innerType, value, path) : [];
  }
}

/** Has the value a key whose fixed value in the schema, such as `apply: true`, is another? */
export function isContradicted(schema: z.core.$ZodType, value: unknown): boolean {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type !== "object") return false;
  return Object.entries(def.shape).some(([key, part]) => {
    const fixed = (part as z.core.$ZodTypes)._zod.def;
    const found = valueAt(value, [key]);
    return (
      fixed.type === "literal" && found !== undefined && !fixed.values.includes(found as z.core.util.Literal)
    );
  });
}

function isMapping(value: unknown): value is object {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
