import { readdirSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { componentFile, sourceOf } from "../lib/document.js";

const targetsByRoot = new Map();

export default function componentUsed(_document, _options, context) {
  const file = componentFile(context);
  if (file === undefined) return [];
  const source = resolve(sourceOf(context));
  const root = resolve(source, "../../..");
  if (!targetsByRoot.has(root)) targetsByRoot.set(root, referencedFiles(root));
  if (targetsByRoot.get(root).has(source)) return [];
  return [{ message: `Nothing refers to components/${file.section}/${file.name}.yaml.` }];
}

function referencedFiles(root) {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => resolve(root, name));
  return new Set(files.flatMap((file) => referencesIn(file)));
}

function referencesIn(file) {
  const references = readFileSync(file, "utf8").matchAll(/\$ref:\s*["']?([^\s"'#]+)/g);
  return Array.from(references, ([, target]) => resolve(dirname(file), target));
}
