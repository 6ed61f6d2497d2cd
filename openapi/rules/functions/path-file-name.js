import { entriesOf, sourceOf } from "../lib/document.js";

export default function pathFileName(paths, _options, context) {
  if (!sourceOf(context).endsWith(".yaml")) return [];
  return entriesOf(paths).flatMap(([url, pathItem]) => {
    const expected = `paths/${url.slice(1).replaceAll("/", "_")}.yaml`;
    if (pathItem?.$ref === expected) return [];
    return [{ message: `${url} must be a $ref to ${expected}.`, path: ["paths", url] }];
  });
}
