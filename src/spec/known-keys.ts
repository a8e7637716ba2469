import type * as z from "zod";
import { isContradicted } from "./find-unions.ts";
import { valueAt } from "./value-at.ts";
import type { Path } from "./yaml.ts";

/**
 * The keys that a mapping at `path` within `value` may have. Where a schema offers several mappings, the keys of all
 * whose fixed values, such as `apply: true`, the value does not contradict. Empty where there is no mapping.
 */
export function knownKeys(schema: z.core.$ZodType, value: unknown, path: Path): string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "object":
      return isContradicted(schema, value) ? [] : keysOfObject(def.shape, value, path);
    case "union":
      return [...new Set(def.options.flatMap((option) => knownKeys(option, value, path)))];
    case "array":
      return inner(def.element, value, path);
    case "record":
      return inner(def.valueType, value, path);
    case "lazy":
      return knownKeys((schema as z.core.$ZodLazy)._zod.innerType, value, path);
    case "pipe":
      return knownKeys(def.in, value, path);
    default:
      return "innerType" in def ? knownKeys(def.innerType, value, path) : [];
  }
}

function keysOfObject(shape: z.core.$ZodShape, value: unknown, path: Path): string[] {
  if (path.length === 0) return Object.keys(shape);
  const part = Object.hasOwn(shape, String(path[0])) ? shape[String(path[0])] : undefined;
  return part === undefined ? [] : inner(part, value, path);
}

function inner(schema: z.core.$ZodType, value: unknown, path: Path): string[] {
  return path.length === 0 ? [] : knownKeys(schema, valueAt(value, path.slice(0, 1)), path.slice(1));
}
