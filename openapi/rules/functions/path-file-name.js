import { entriesOf } from "../lib/document.js";

export default function pathFileName(files) {
  return entriesOf(files).flatMap(([file, document]) =>
    entriesOf(document?.paths).flatMap(([url, pathItem]) => {
      const expected = `paths/${url.slice(1).replaceAll("/", "_")}.yaml`;
      if (pathItem?.$ref === expected) return [];
      return [
        { message: `${url} must be a $ref to ${expected}.`, path: ["files", file, "paths", url] },
      ];
    }),
  );
}
