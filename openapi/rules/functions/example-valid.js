import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { componentsOf, entriesOf, operationsOf, referencedComponent } from "../lib/document.js";
import { schemasOf } from "../lib/schemas.js";

export default function exampleValid(document) {
  // The contract's own keywords are no mistakes here; another rule lists the known ones.
  const ajv = addFormats(new Ajv2020({ strict: false, allErrors: true, validateSchema: false }));
  ajv.addSchema(document, "contract");
  const found = [...ofMedia(document), ...ofParameters(document), ...ofSchemas(document)];
  const problems = found.flatMap(({ value, path, schema }) => {
    const validate = ajv.getSchema(`contract#${pointerTo(schema)}`);
    return validate === undefined || validate(value)
      ? []
      : validate.errors.map(({ instancePath, message }) => ({
          message: `The example does not match its schema: ${instancePath} ${message}.`,
          path: [...path, ...instancePath.split("/").slice(1)],
        }));
  });
  // Several operations may show the same example.
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function ofMedia(document) {
  const places = [
    ...componentsOf("responses", document),
    ...operationsOf(document).flatMap(({ operation, path }) => [
      { value: operation.requestBody, path: [...path, "requestBody"] },
      ...entriesOf(operation.responses).map(([status, value]) => ({
        value,
        path: [...path, "responses", status],
      })),
    ]),
  ];
  return places.flatMap(({ value: place, path }) =>
    entriesOf(place?.content).flatMap(([type, { schema, examples }]) => {
      const at = [...path, "content", type];
      const shared = referencedComponent(schema, "schemas");
      return entriesOf(examples).map(([key, example]) => ({
        ...shown(document, key, example, at),
        // By the name that all places have in common, so that it is compiled once.
        schema: shared === undefined ? [...at, "schema"] : ["components", "schemas", shared],
      }));
    }),
  );
}

function shown(document, key, example, at) {
  const name = referencedComponent(example, "examples");
  if (name === undefined) return { value: example.value, path: [...at, "examples", key, "value"] };
  const { value } = document.components.examples?.[name] ?? {};
  return { value, path: ["components", "examples", name, "value"] };
}

function ofParameters(document) {
  return ["parameters", "headers"]
    .flatMap((section) => componentsOf(section, document))
    .filter(({ value }) => value.example !== undefined)
    .map(({ value, path }) => ({
      value: value.example,
      path: [...path, "example"],
      schema: [...path, "schema"],
    }));
}

function ofSchemas(document) {
  return schemasOf(document).flatMap(({ schema, path }) =>
    (schema.examples ?? []).map((value, at) => ({
      value,
      path: [...path, "examples", at],
      schema: path,
    })),
  );
}

function pointerTo(path) {
  return path
    .map((key) => String(key).replaceAll("~", "~0").replaceAll("/", "~1"))
    .map((key) => `/${encodeURIComponent(key)}`)
    .join("");
}
