import type { IncomingMessage, ServerResponse } from "node:http";
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

/** Hears of an answer, with its status and the milliseconds that it took. */
export type Answered = (operationId: OperationId, status: number, milliseconds: number) => void;

/** What all routes share. */
interface RouteParts {
  readonly context: ServerContext;
  /** Counts a request; false where the server has enough to do. */
  readonly admit: (response: ServerResponse) => boolean;
  readonly answered: Answered | undefined;
}

/** Adds the routes of one operation: its path in the contract, and its aliases. */
export function addOperation(
  app: FastifyInstance,
  operationId: OperationId,
  parts: RouteParts,
): void {
  const { method, path, aliases, hasRequestBody } = operationTable[operationId];
  const { context, answered } = parts;
  for (const template of [path, ...aliases]) {
    // Without an organization, a path means the caller's personal one.
    const isPersonal = path.includes("{org_slug}") && !template.includes("{org_slug}");
    app.route({
      method,
      url: template.replaceAll(/\{(\w+)\}/g, ":$1"),
      schema: schemaOf(operationId),
      validatorCompiler: ({ schema, httpPart }) =>
        httpPart === "body" ? bodyValidator(schema) : parametersValidator(schema),
      serializerCompiler: ({ schema, httpStatus }) =>
        responseSerializer(schema, operationId, Number(httpStatus)),
      onRequest: async (request, reply) => {
        if (!hasRequestBody) ignoreBody(request);
        await knowCaller(operationId, parts, { request, reply, isPersonal });
        return await meetFault(operationId, context, { request, reply });
      },
      ...(context.faults === undefined ? {} : { onSend: loseAnswer }),
      ...(answered === undefined
        ? {}
        : {
            onResponse: async (_request, { statusCode, elapsedTime }) =>
              answered(operationId, statusCode, elapsedTime),
          }),
      preValidation: async (request) => {
        const { bodyFields } = schemasOf(operationId);
        request.body = hasRequestBody ? readBody(request.body, bodyFields) : undefined;
      },
      handler: async (request) => await run(operationId, context, request),
    });
  }
}

/** What the contract says of the input and the answers. */
function schemaOf(operationId: OperationId) {
  const { statuses, hasRequestBody } = operationTable[operationId];
  const { path, query, body, responses } = schemasOf(operationId);
  // Where the contract knows no 400, a name that cannot exist is simply one that does not exist.
  const refusesInput = statuses.some((status) => status === 400);
  return {
    ...(refusesInput ? { params: path, querystring: query } : {}),
    ...(hasRequestBody ? { body } : {}),
    response: Object.fromEntries(responses),
  };
}

interface Arrival {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** @throws ApiError where the server has enough to do, or does not know the caller */
async function knowCaller(
  operationId: OperationId,
  { context, admit }: RouteParts,
  { request, reply, isPersonal }: Arrival & { readonly isPersonal: boolean },
): Promise<void> {
  // Whoever asks how the server is hears it all the same.
  if (operationId !== "getHealth" && !admit(reply.raw)) throw tooMany();
  if (operationTable[operationId].security === "none") return;
  const { params, headers } = request;
  const caller = await callerContext(context, headers.authorization);
  request.setDecorator("caller", caller);
  if (isPersonal && typeof params === "object") {
    request.params = { ...params, org_slug: caller.caller.username };
  }
}

/** What a stranger asks for is not what a test waits for: it comes to this only when it is known. */
async function meetFault(
  operationId: OperationId,
  { faults }: ServerContext,
  { request, reply }: Arrival,
): Promise<FastifyReply | undefined> {
  const encounter = await faults?.meet(operationId, organizationSlug(request.params));
  if (encounter === "loses its answer") answerless.add(request.raw);
  if (encounter !== "is cut") return undefined;
  reply.hijack();
  request.raw.socket.destroy();
  return reply;
}

async function run(
  operationId: OperationId,
  context: ServerContext,
  request: FastifyRequest,
): Promise<unknown> {
  const operation = anyOperation[operationId];
  const input = { path: request.params, query: request.query, body: request.body };
  if (operationTable[operationId].security === "none") return await operation(context, input);
  const caller = request.getDecorator<CallerContext>("caller");
  const slug = organizationSlug(request.params);
  if (slug === undefined) return await operation(caller, input);
  return await operation(await organizationContext(caller, slug), input);
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
