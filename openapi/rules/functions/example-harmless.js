import { componentsOf, entriesOf, isObject } from "../lib/document.js";
import { schemasOf } from "../lib/schemas.js";

const secret = /^(jwt|token|password|secret|authorization)$/i;
// Nothing, a word such as the name of a token, or a placeholder in angle brackets.
const harmless = /^([a-z-]{0,20}|<[^<>]+>)$/;
const jwt = /eyJ[\w-]+\.[\w-]+/;

export default function exampleHarmless(document) {
  const shown = [
    ...componentsOf("examples", document).map(({ value, path }) => ({
      value: value?.value,
      path: [...path, "value"],
    })),
    ...componentsOf("parameters", document).map(({ value, path }) => ({
      value: value?.example,
      path: [...path, "example"],
      name: value?.name,
    })),
    ...schemasOf(document).map(({ schema, path, name }) => ({
      value: schema.examples,
      path: [...path, "examples"],
      name,
    })),
  ];
  return shown.flatMap(({ value, path, name }) => problems(value, path, name ?? ""));
}

function problems(value, path, name) {
  if (Array.isArray(value)) return value.flatMap((item, at) => problems(item, [...path, at], name));
  if (isObject(value)) {
    return entriesOf(value).flatMap(([key, child]) => problems(child, [...path, key], key));
  }
  if (typeof value !== "string") return [];
  if (!jwt.test(value) && (!secret.test(name) || harmless.test(value))) return [];
  return [{ message: "This could be a real secret: write what it is in angle brackets.", path }];
}
