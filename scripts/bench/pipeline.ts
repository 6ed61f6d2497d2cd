import { Agent, request } from "node:http";
import type { Target } from "./wrk.ts";

type Argument = number | string | Uint8Array;

/** The body of a pipeline of single statements. */
export function pipeline(
  ...statements: readonly (readonly [sql: string, ...Argument[]])[]
): string {
  const requests = statements.map(([sql, ...args]) => ({ type: "execute", stmt: stmt(sql, args) }));
  return JSON.stringify({ requests: [...requests, { type: "close" }] });
}

/** The body of a pipeline of one batch. */
export function batch(...statements: readonly (readonly [sql: string, ...Argument[]])[]): string {
  const steps = statements.map(([sql, ...args]) => ({ stmt: stmt(sql, args) }));
  return JSON.stringify({
    requests: [{ type: "batch", batch: { steps } }, { type: "close" }],
  });
}

function stmt(sql: string, args: readonly Argument[]) {
  return { sql, args: args.map(value) };
}

function value(argument: Argument) {
  if (typeof argument === "number") return { type: "integer", value: String(argument) };
  if (typeof argument === "string") return { type: "text", value: argument };
  return { type: "blob", base64: Buffer.from(argument).toString("base64") };
}

/** As clients do, requests that follow each other use one connection. */
const agent = new Agent({ keepAlive: true });

/**
 * Posts one body of JSON, mostly a pipeline, and returns the text of the reply.
 *
 * @throws where any part of it failed
 */
export async function send(address: string, target: Target, body: string): Promise<string> {
  const headers = {
    "content-type": "application/json",
    authorization: `Bearer ${target.token}`,
    // `fetch` would not send the name of another host.
    host: target.host,
  };
  const text = await new Promise<string>((resolve, reject) => {
    const url = `http://${address}${target.path}`;
    const sent = request(url, { method: "POST", headers, agent }, (response) => {
      let received = `${response.statusCode} `;
      response.setEncoding("utf8").on("data", (part: string) => (received += part));
      response.on("end", () => resolve(received));
    });
    sent.on("error", reject).end(body);
  });
  if (!text.startsWith("200 ") || /"type":"error"|"step_errors":\[[^\]]*\{/.test(text)) {
    throw new Error(`${address} answers ${text.slice(0, 500)}`);
  }
  return text.slice(4);
}
