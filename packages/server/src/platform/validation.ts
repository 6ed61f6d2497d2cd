import type { ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { documents } from "./contract.ts";
import { ApiError, ContractViolation } from "./errors.ts";
import { explain } from "./explain.ts";

/** Checks input; `error` is what to answer, and `value` what to use instead of the input. */
export type InputValidator = (input: unknown) => { error: ApiError } | { value: unknown };

/** Turns a response body into JSON, or throws a {@link ContractViolation}. */
export type Serializer = (body: unknown) => string;

/** JSON has types, so bodies are taken as they are. */
const strict = once(() => createAjv({ coerceTypes: false }));

/** In paths and queries everything is text, so numbers and booleans are read from it. */
const coercing = once(() => createAjv({ coerceTypes: true }));

/** A validator for the parameters of a path or a query. */
export function parametersValidator(schema: object): InputValidator {
  return inputValidator(once(() => coercing().compile(schema)));
}

/** A validator for request bodies. */
export function bodyValidator(schema: object): InputValidator {
  return inputValidator(once(() => strict().compile(schema)));
}

/** A serializer for the bodies that one operation answers with one status. */
export function responseSerializer(
  schema: object,
  operationId: string,
  status: number,
): Serializer {
  const compiled = once(() => strict().compile(schema));
  return (body) => {
    const validate = compiled();
    if (validate(body)) return JSON.stringify(body);
    const [failure] = validate.errors ?? [];
    const pointer = failure?.instancePath ?? "";
    const reason = failure?.message ?? "it is invalid";
    throw new ContractViolation({ operationId, status, pointer, reason });
  };
}

function inputValidator(compiled: () => ValidateFunction): InputValidator {
  return (input) => {
    const validate = compiled();
    if (validate(input)) return { value: input };
    const [failure] = validate.errors ?? [];
    const reason = failure === undefined ? "the input is invalid" : explain(failure);
    return { error: new ApiError("invalid_input", reason) };
  };
}

/** Knows both documents of the contract, and compiles none of their schemas yet. */
function createAjv({ coerceTypes }: { coerceTypes: boolean }): Ajv2020 {
  const ajv = new Ajv2020({
    coerceTypes,
    // Explanations quote the schema and the data.
    verbose: true,
    // The documents are OpenAPI, with keywords that Ajv does not know; the linter checks them.
    strict: false,
    validateSchema: false,
    logger: false,
  });
  formats.default(ajv);
  for (const [name, document] of Object.entries(documents)) ajv.addSchema(document, name);
  return ajv;
}

/** Making these takes milliseconds each; a server that just started should not pay for all. */
function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
