import { randomBytes } from "node:crypto";
import { type RunningServer, startServer, type GivenOptions } from "@logicaldb/server";
import { afterAll, beforeAll } from "vitest";
import { type ApiAnswer, callApi } from "./api.ts";

/** A platform token that no two test servers share. */
function randomToken(): string {
  return `test-${randomBytes(24).toString("base64url")}`;
}

/** A server of its own for one test file, with what tests do most. */
export class TestServer {
  readonly url: string;
  readonly token: string;
  readonly organization: string;
  readonly running: RunningServer;

  constructor(running: RunningServer, token: string) {
    this.running = running;
    this.url = running.url;
    this.token = token;
    this.organization = running.organization;
  }

  /**
   * Starts one on a free port, in a temporary directory unless `options` say otherwise. It has one
   * engine process: tests of what several do say so, the others need not wait for them to start.
   */
  static async start(options: GivenOptions = {}): Promise<TestServer> {
    const token = options.token ?? randomToken();
    const running = await startServer({
      port: 0,
      dataDir: undefined,
      addressing: "path",
      logLevel: "error",
      engineProcesses: 1,
      ...options,
      token,
    });
    return new TestServer(running, token);
  }

  async stop(): Promise<void> {
    await this.running.stop();
  }

  /** Calls the Platform API below the organization's path. */
  async api(method: string, path: string, body?: unknown): Promise<ApiAnswer> {
    return await callApi(this, method, `/v1/organizations/${this.organization}${path}`, body);
  }

  /** A database with a primary, and a token for it. */
  async createDatabase(name = `db-${randomBytes(4).toString("hex")}`): Promise<TestDatabase> {
    await this.must("POST", "/databases", { name });
    await this.must("POST", `/databases/${name}/instances`, { location: "local" });
    const token = await this.mint(name);
    const { database } = await this.must("GET", `/databases/${name}`);
    return { name, token, id: database.DbId, url: `http://${database.Hostname}` };
  }

  /** Makes the next call of an operation fail; the server needs the option `faults`. */
  async setFault(operationId: string, code: string): Promise<void> {
    const { status, body } = await callApi(this, "PUT", "/_local/faults", { operationId, code });
    if (status !== 200) throw new Error(`setFault: ${status} ${JSON.stringify(body)}`);
  }

  async clearFaults(): Promise<void> {
    await callApi(this, "DELETE", "/_local/faults");
  }

  async mint(name: string, query = ""): Promise<string> {
    const { jwt } = await this.must("POST", `/databases/${name}/auth/tokens${query}`);
    return jwt;
  }

  /** The body of a call that has to succeed. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read what the assertions then check
  async must(method: string, path: string, body?: unknown): Promise<any> {
    const answer = await this.api(method, path, body);
    if (answer.status !== 200) {
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    return answer.body;
  }
}

export interface TestDatabase {
  readonly name: string;
  readonly id: string;
  readonly token: string;
  /** What clients connect to. */
  readonly url: string;
}

/** Stands for a server until there is one. */
const notYet: RunningServer = {
  url: "",
  organization: "",
  token: undefined,
  dataDir: "",
  metricsUrl: undefined,
  stop: async () => {},
};

/**
 * A server for the tests of a file, or of a `describe`: it starts before them, and stops after them.
 * What this returns is empty until then.
 */
export function useServer(options: GivenOptions = {}): TestServer {
  const server = new TestServer(notYet, "");
  beforeAll(async () => {
    Object.assign(server, await TestServer.start(options));
  });
  afterAll(async () => {
    await server.stop();
  });
  return server;
}

/** A database of such a server, for the same tests; empty until they begin. */
export function useDatabase(server: TestServer): TestDatabase {
  const database: TestDatabase = { name: "", id: "", token: "", url: "" };
  beforeAll(async () => {
    Object.assign(database, await server.createDatabase());
  });
  return database;
}
