import { componentFile, entriesOf, referencedComponent } from "../lib/document.js";

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

export default function componentFileName(document, _options, context) {
  return [...ownName(context), ...keysOfRootDocument(document)];
}

function ownName(context) {
  const file = componentFile(context);
  if (file === undefined) return [];
  const style = styles[file.section];
  if (style === undefined) return [{ message: `"${file.section}" is not a component section.` }];
  if (style.test(file.name)) return [];
  return [
    {
      message:
        style === exampleName
          ? `"${file.name}" must be <operationId>.request, <operationId>.response or error.<code>.`
          : `"${file.name}" must be in PascalCase.`,
    },
  ];
}

function keysOfRootDocument(document) {
  return entriesOf(document.components).flatMap(([section, members]) =>
    entriesOf(members)
      .filter(([key, value]) => value.$ref && referencedComponent(value, section) !== key)
      .map(([key]) => ({
        message: `"${key}" must refer to components/${section}/${key}.yaml.`,
        path: ["components", section, key],
      })),
  );
}
