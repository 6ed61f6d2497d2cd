import type { IncomingMessage } from "node:http";
import { operationTable } from "@logicaldb/contract";
import type { OperationId } from "@logicaldb/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { readBody } from "./body.ts";
import { ApiError } from "./errors.ts";
import { callerContext, organizationContext } from "./context.ts";
import { schemasOf } from "./contract.ts";
import type { CallerContext, ServerContext } from "./operation.ts";
import { operations } from "./operations/index.ts";
import { bodyValidator, parametersValidator, responseSerializer } from "./validation.ts";

/**
 * An operation as its route sees it. Declared as a method, it stands for every operation, although
 * each wants a context and an input of its own: the route makes the context that the contract's
 * path and security ask for, and validation makes sure of the input.
 */
type AnyOperation = {
  run(
    context: ServerContext,
    input: { readonly path: unknown; readonly query: unknown; readonly body: unknown },
  ): unknown;
}["run"];

const anyOperation: Readonly<Record<OperationId, AnyOperation>> = operations;

/** Adds the routes of one operation: its path in the contract, and its aliases. */
export function addOperation(
  app: FastifyInstance,
  operationId: OperationId,
  context: ServerContext,
): void {
  const { method, path, aliases, statuses, security, hasRequestBody } = operationTable[operationId];
  const run = anyOperation[operationId];
  const schemas = schemasOf(operationId);
  // Where the contract knows no 400, a name that cannot exist is simply one that does not exist.
  const refusesInput = statuses.some((status) => status === 400);

  for (const template of [path, ...aliases]) {
    // Without an organization, a path means the caller's personal one.
    const isPersonal = path.includes("{org_slug}") && !template.includes("{org_slug}");
    app.route({
      method,
      url: template.replaceAll(/\{(\w+)\}/g, ":$1"),
      schema: {
        ...(refusesInput ? { params: schemas.path, querystring: schemas.query } : {}),
        ...(hasRequestBody ? { body: schemas.body } : {}),
        response: Object.fromEntries(schemas.responses),
      },
      validatorCompiler: ({ schema, httpPart }) =>
        httpPart === "body" ? bodyValidator(schema) : parametersValidator(schema),
      serializerCompiler: ({ schema, httpStatus }) =>
        responseSerializer(schema, operationId, Number(httpStatus)),
      onRequest: async (request, reply) => {
        if (!hasRequestBody) ignoreBody(request);
        // Whoever asks how the server is hears it all the same.
        if (operationId !== "getHealth" && !context.admit(reply.raw)) throw tooMany();
        if (security !== "none") {
          const { params, headers } = request;
          const caller = await callerContext(context, headers.authorization);
          request.setDecorator("caller", caller);
          if (isPersonal && typeof params === "object") {
            request.params = { ...params, org_slug: caller.caller.username };
          }
        }
        // What a stranger asks for is not what a test waits for.
        const encounter = await context.faults?.meet(operationId, organizationSlug(request.params));
        if (encounter === "is cut") {
          reply.hijack();
          request.raw.socket.destroy();
          return reply;
        }
        if (encounter === "loses its answer") answerless.add(request.raw);
      },
      ...(context.faults === undefined ? {} : { onSend: loseAnswer }),
      preValidation: async (request) => {
        request.body = hasRequestBody ? readBody(request.body, schemas.bodyFields) : undefined;
      },
      handler: async (request) => {
        const input = { path: request.params, query: request.query, body: request.body };
        if (security === "none") return await run(context, input);
        const caller = request.getDecorator<CallerContext>("caller");
        const slug = organizationSlug(request.params);
        if (slug === undefined) return await run(caller, input);
        return await run(await organizationContext(caller, slug), input);
      },
    });
  }
}

/** What an operation has no use for may be as long as it likes: it is not even read. */
function ignoreBody({ raw: { headers } }: FastifyRequest): void {
  delete headers["content-length"];
  delete headers["transfer-encoding"];
}

/** Requests whose connection is cut in place of an answer. */
const answerless = new WeakSet<IncomingMessage>();

async function loseAnswer(
  request: FastifyRequest,
  _reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  if (answerless.has(request.raw)) request.raw.socket.destroy();
  return payload;
}

/** The organization in the path, if the path has one. */
function organizationSlug(parameters: unknown): string | undefined {
  if (typeof parameters !== "object" || parameters === null) return undefined;
  return "org_slug" in parameters ? String(parameters.org_slug) : undefined;
}

function tooMany(): ApiError {
  return new ApiError(
    "rate_limited",
    "the server has as many requests as it serves at a time (--max-concurrent-requests): repeat this one in 1 second",
  );
}
