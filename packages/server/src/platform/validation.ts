import { Ajv2020 } from "ajv/dist/2020.js";
import type { ValidateFunction } from "ajv";
import formats from "ajv-formats";
import { documents } from "./contract.ts";
import { ApiError, ContractViolation } from "./errors.ts";
import { explain } from "./explain.ts";

/** Checks input; `error` is what to answer, and `value` what to use instead of the input. */
export type InputValidator = (input: unknown) => { error: ApiError } | { value: unknown };

/** Turns a response body into JSON, or throws a {@link ContractViolation}. */
export type Serializer = (body: unknown) => string;

/** Makes validators from the contract's own schemas, each compiled when it is first used. */
export interface Validators {
  /** For path and query, where everything arrives as text: numbers and booleans are read from it. */
  parameters(schema: object): InputValidator;
  /** For request bodies: JSON has types, so nothing is converted. */
  body(schema: object): InputValidator;
  /** For one response of one operation. */
  response(schema: object, operationId: string, status: number): Serializer;
}

/** Loads both documents of the contract, but compiles none of their schemas yet. */
export function createValidators(): Validators {
  const strict = createAjv(false);
  const coercing = createAjv(true);
  return {
    parameters: (schema) => inputValidator(coercing, schema),
    body: (schema) => inputValidator(strict, schema),
    response: (schema, operationId, status) => {
      const compiled = lazily(strict, schema);
      return (body) => {
        const validate = compiled();
        if (validate(body)) return JSON.stringify(body);
        const [failure] = validate.errors ?? [];
        const pointer = failure?.instancePath ?? "";
        const reason = failure?.message ?? "it is invalid";
        throw new ContractViolation({ operationId, status, pointer, reason });
      };
    },
  };
}

function createAjv(coerceTypes: boolean): Ajv2020 {
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

function inputValidator(ajv: Ajv2020, schema: object): InputValidator {
  const compiled = lazily(ajv, schema);
  return (input) => {
    const validate = compiled();
    if (validate(input)) return { value: input };
    const [failure] = validate.errors ?? [];
    const reason = failure === undefined ? "the input is invalid" : explain(failure);
    return { error: new ApiError("invalid_input", reason) };
  };
}

/** Compiling takes milliseconds; a server that has just started should not pay for all at once. */
function lazily(ajv: Ajv2020, schema: object): () => ValidateFunction {
  let compiled: ValidateFunction | undefined;
  return () => (compiled ??= ajv.compile(schema));
}
