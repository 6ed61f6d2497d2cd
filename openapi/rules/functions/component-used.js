import { entriesOf, referencedFile, referencesIn } from "../lib/document.js";

export default function componentUsed(files) {
  const used = new Set(
    entriesOf(files).flatMap(([file, document]) =>
      referencesIn(document).map(({ value }) => referencedFile(file, value.$ref)),
    ),
  );
  return Object.keys(files)
    .filter((file) => /^(components|paths)\//.test(file) && !used.has(file))
    .map((file) => ({ message: `Nothing refers to ${file}.`, path: ["files", file] }));
}
