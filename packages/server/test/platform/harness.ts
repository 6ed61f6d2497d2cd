import { mkdtemp, rm } from "node:fs/promises";
import { createServer, request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { type OperationId, operationTable } from "@logicaldb/contract";
import { pino } from "pino";
import { expect, onTestFinished } from "vitest";
import { createApp, createPlatform } from "../../src/platform/app.ts";
import type { PlatformOptions } from "../../src/platform/app.ts";
import type { Output } from "../../src/platform/operation.ts";
import { replaceApiToken } from "../../src/store/api-tokens.ts";
import { openStore } from "../../src/store/open.ts";
import { ensurePersonalOrganization } from "../../src/store/organizations.ts";
import { generateApiToken } from "../../src/tokens/api-token.ts";
import { FakeEngine } from "./fake-engine.ts";

export interface Call {
  /** `org_slug` is `local` unless given. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** Text is sent as it is, everything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The platform token; null sends none. The token of `local` when left out. */
  readonly token?: string | null;
}

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly error: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/**
 * The Platform API on a store of its own, with the account `local`. Everything goes away when the
 * test ends. Every answer is checked by the server against the contract, and here for its status.
 */
export async function createHarness(options: Partial<PlatformOptions> = {}) {
  const directory = await mkdtemp(join(tmpdir(), "logicaldb-platform-"));
  const store = await openStore({ url: `file:${join(directory, "store.db")}` });
  const engine = new FakeEngine();
  const clock = { now: Date.UTC(2030, 0, 1) };
  const log: Record<string, unknown>[] = [];
  const sink = new Writable({
    write: (line, _encoding, done) => {
      log.push(JSON.parse(String(line)));
      done();
    },
  });
  const platformOptions: PlatformOptions = {
    store,
    engine,
    hostnameOf: (label) => `${label}.example.com`,
    now: () => clock.now,
    version: "0.0.0-test",
    logger: pino({ level: "warn" }, sink),
    ...options,
  };
  const app = createApp(platformOptions);
  onTestFinished(async () => {
    await app.close();
    store.close();
    await rm(directory, { recursive: true, force: true });
  });

  /** Makes an account with its personal organization; returns a platform token of it. */
  async function addAccount(username: string): Promise<string> {
    await ensurePersonalOrganization(store, username, clock.now);
    const { id, token, hash } = generateApiToken();
    await replaceApiToken(store, { id, username, name: "first", hash, createdAt: clock.now });
    return token;
  }
  const token = await addAccount("local");

  async function send(operationId: OperationId, call: Call) {
    const { method, path, statuses } = operationTable[operationId];
    const names: Readonly<Record<string, string>> = { org_slug: "local", ...call.path };
    const url = path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(names[name] ?? ""));
    const bearer = call.token === undefined ? token : call.token;
    const response = await app.inject({
      method,
      url: `${url}?${new URLSearchParams(call.query).toString()}`,
      headers: {
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        ...call.headers,
      },
      ...(call.body === undefined ? {} : { payload: asText(call.body) }),
    });
    expect(statuses, `${operationId} does not document ${response.statusCode}`).toContain(
      response.statusCode,
    );
    return response;
  }

  return {
    store,
    engine,
    clock,
    log,
    app,
    token,
    platformOptions,
    addAccount,

    /** Calls an operation that succeeds. */
    async ok<Id extends OperationId>(operationId: Id, call: Call = {}): Promise<Output<Id>> {
      const response = await send(operationId, call);
      expect(response.statusCode, response.body).toBe(200);
      return response.json<Output<Id>>();
    },

    /** Calls an operation that is refused. */
    async refused(operationId: OperationId, call: Call = {}): Promise<Refusal> {
      const response = await send(operationId, call);
      expect(response.statusCode, response.body).not.toBe(200);
      const { error, code } = response.json<{ error: string; code: string }>();
      return { status: response.statusCode, code, error, headers: response.headers };
    },

    /** Makes a database with one instance in each location. */
    async createDatabase(name: string, ...locations: string[]) {
      const { database } = await this.ok("createDatabase", { body: { name } });
      for (const location of locations) {
        await this.ok("createInstance", { path: { db_name: name }, body: { location } });
      }
      return database;
    },
  };
}

export type Harness = Awaited<ReturnType<typeof createHarness>>;

function asText(body: unknown): string | Buffer {
  return typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
}

/** Serves the platform on a real port, for requests that only a socket can carry as they are. */
export async function listen(options: PlatformOptions) {
  const platform = createPlatform(options);
  await platform.ready();
  const server = createServer((incoming, outgoing) => platform.handle(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    await new Promise((resolve) => server.close(resolve));
    await platform.close();
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;

  /** Sends exactly this request target, which `fetch` would tidy up. */
  async function request(method: string, path: string, token: string) {
    return await new Promise<{ status: number; body: Record<string, unknown> }>(
      (resolve, reject) => {
        const headers = { authorization: `Bearer ${token}` };
        const sent = httpRequest({ port, method, path, headers, agent: false }, (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => {
            text += chunk;
          });
          response.on("end", () => {
            resolve({
              status: response.statusCode ?? 0,
              body: text === "" ? {} : JSON.parse(text),
            });
          });
        });
        sent.on("error", reject);
        sent.end();
      },
    );
  }
  return { server, port, request };
}
