import type { ErrorObject, ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { isObject } from "../tools/is-object.ts";
import { documents } from "./contract.ts";
import { ApiError, ContractViolation } from "./errors.ts";
import { explain } from "./explain.ts";

/** Checks input; `error` is what to answer, and `value` what to use instead of the input. */
export type InputValidator = (input: unknown) => { error: ApiError } | { value: unknown };

/** Turns a response body into JSON, or throws a {@link ContractViolation}. */
export type Serializer = (body: unknown) => string;

const ajv = once(createAjv);

/** How an integer is written in a path or a query. */
const digits = /^-?\d+$/;

/**
 * A validator for the parameters of a path or a query. There everything is text; integers are read
 * from their digits, and nothing else is.
 */
export function parametersValidator(schema: object): InputValidator {
  const compiled = once(() => ajv().compile(schema));
  const validate = inputValidator(compiled);
  return (input) => {
    let current = input;
    for (;;) {
      const checked = validate(current);
      const read = "error" in checked && withInteger(current, compiled().errors?.[0]);
      if (!read) return checked;
      current = read;
    }
  };
}

/** The same with an integer in the place of its text; undefined where that is not what is wrong. */
function withInteger(input: unknown, failure: ErrorObject | undefined): object | undefined {
  if (failure?.keyword !== "type" || failure.params["type"] !== "integer") return undefined;
  const { data, instancePath } = failure;
  if (!isObject(input) || typeof data !== "string" || !digits.test(data)) return undefined;
  return { ...input, [instancePath.slice(1)]: Number(data) };
}

/** A validator for request bodies. */
export function bodyValidator(schema: object): InputValidator {
  return inputValidator(once(() => ajv().compile(schema)));
}

/** A serializer for the bodies that one operation answers with one status. */
export function responseSerializer(
  schema: object,
  operationId: string,
  status: number,
): Serializer {
  const compiled = once(() => ajv().compile(schema));
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
function createAjv(): Ajv2020 {
  const made = new Ajv2020({
    // Explanations quote the schema and the data.
    verbose: true,
    // The documents are OpenAPI, with keywords that Ajv does not know; the linter checks them.
    strict: false,
    validateSchema: false,
    logger: false,
  });
  formats.default(made);
  for (const [name, document] of Object.entries(documents)) made.addSchema(document, name);
  return made;
}

/** Making these takes milliseconds each; a server that just started should not pay for all. */
function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
