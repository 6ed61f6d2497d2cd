import { componentFile, entriesOf, referencedFile } from "../lib/document.js";

const pascalCase = /^[A-Z][A-Za-z0-9]*$/;
const exampleName = /^([a-z][A-Za-z]*\.(request|response)(\.[a-z][A-Za-z]*)?|error\.[a-z_]+)$/;
const styles = {
  schemas: pascalCase,
  parameters: pascalCase,
  responses: pascalCase,
  headers: pascalCase,
  securitySchemes: pascalCase,
  examples: exampleName,
};

export default function componentFileName(files) {
  return entriesOf(files).flatMap(([file, document]) => [
    ...namesOf(file).map((message) => ({ message, path: ["files", file] })),
    ...keysOf(file, document),
  ]);
}

function namesOf(file) {
  if (!file.startsWith("components/")) return [];
  const component = componentFile(file);
  const style = styles[component?.section];
  if (style === undefined) return [`"${file}" is not in a component section.`];
  if (style.test(component.name)) return [];
  return style === exampleName
    ? [`"${component.name}" must be <operationId>.request, <operationId>.response or error.<code>.`]
    : [`"${component.name}" must be in PascalCase.`];
}

function keysOf(file, document) {
  return entriesOf(document?.components).flatMap(([section, members]) =>
    entriesOf(members)
      .filter(
        ([key, { $ref = "" }]) =>
          referencedFile(file, $ref) !== `components/${section}/${key}.yaml`,
      )
      .map(([key]) => ({
        message: `"${key}" must refer to components/${section}/${key}.yaml.`,
        path: ["files", file, "components", section, key],
      })),
  );
}
