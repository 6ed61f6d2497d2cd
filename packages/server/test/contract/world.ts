import { createClient } from "@libsql/client";
import { type OperationId, operationTable } from "@logicaldb/contract";
import { storeUrlIn } from "../../src/data-directory/data-directory.ts";
import { replaceApiToken } from "../../src/store/api-tokens.ts";
import { openStore } from "../../src/store/open.ts";
import { ensurePersonalOrganization } from "../../src/store/organizations.ts";
import { generateApiToken } from "../../src/tokens/api-token.ts";
import { callApi } from "../support/api.ts";
import { TestServer } from "../support/server.ts";
import { isObject, operationPointer, resolve } from "./check-answer.ts";

/** Operations that succeed only in a state of their own. */
const preparations: ReadonlySet<string> = new Set<OperationId>([
  "createDatabase",
  "createInstance",
  "destroyInstance",
  "mintApiToken",
]);

/** Values of parameters by name. */
export type Parameters = Readonly<Record<string, string>>;

/**
 * A live server in the state that the contract's examples speak of: the organization `acme`, its
 * databases `tenant-041` and `tenant-042`, the latter with a primary `amber-otter` and a replica,
 * and an API token `ci`.
 */
export class World {
  readonly server: TestServer;
  /** The platform token of an account that is no member of `acme`. */
  readonly stranger: string;
  readonly #storeUrl: string;
  #state = "none";

  private constructor(server: TestServer, stateUrl: string, stranger: string) {
    this.server = server;
    this.#storeUrl = stateUrl;
    this.stranger = stranger;
  }

  static async start(): Promise<World> {
    const server = await TestServer.start({ user: "acme", faults: true, logLevel: "silent" });
    const url = storeUrlIn(server.running.dataDir);
    const store = await openStore({ url });
    const { id, token, hash } = generateApiToken();
    await ensurePersonalOrganization(store, "grace", 0);
    await replaceApiToken(store, { id, username: "grace", name: "first", hash, createdAt: 0 });
    store.close();
    return new World(server, url, token);
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  /**
   * Brings back the state.
   *
   * @param operationId the operation that comes next and has to succeed: what it creates is absent,
   *   and what it destroys may be destroyed
   */
  async reset(operationId?: OperationId): Promise<void> {
    const { server } = this;
    const special = operationId !== undefined && preparations.has(operationId);
    const state = special ? operationId : "usual";
    if (state === this.#state) return;
    this.#state = state;
    await server.must("DELETE", "/databases/tenant-042").catch(() => {});
    await server.must("DELETE", "/databases/tenant-041").catch(() => {});
    await server.must("POST", "/databases", { name: "tenant-041" });
    if (operationId !== "createDatabase") {
      await server.must("POST", "/databases", { name: "tenant-042" });
    }
    if (operationId !== "createDatabase" && operationId !== "createInstance") {
      await server.must("POST", "/databases/tenant-042/instances", { location: "ord" });
      await server.must("POST", "/databases/tenant-042/instances", { location: "fra" });
      await this.#nameInstances(operationId === "destroyInstance");
    }
    const ci = "/v1/auth/api-tokens/ci";
    await callApi(server, operationId === "mintApiToken" ? "DELETE" : "POST", ci);
  }

  /** Says that an operation has succeeded, which may have changed the state. */
  changed(): void {
    this.#state = "none";
  }

  /** The server chooses the names of instances at random, and the examples have fixed ones. */
  async #nameInstances(isReplica: boolean): Promise<void> {
    const store = createClient({ url: this.#storeUrl });
    const [first, second] = isReplica ? ["replica", "primary"] : ["primary", "replica"];
    await store.batch(
      [
        { sql: "UPDATE instances SET name = 'amber-otter' WHERE type = ?", args: [first] },
        { sql: "UPDATE instances SET name = 'violet-heron' WHERE type = ?", args: [second] },
      ],
      "write",
    );
    store.close();
  }
}

/** The parameters of an operation, with the example that the contract gives each. */
export function parameterExamples(operationId: OperationId): {
  readonly path: Parameters;
  readonly query: Parameters;
} {
  const { document, path } = operationTable[operationId];
  const examples: Record<"path" | "query", Record<string, string>> = { path: {}, query: {} };
  const lists = [
    [document, "paths", path, "parameters"],
    [...operationPointer(operationId), "parameters"],
  ];
  for (const list of lists) {
    for (const index of Object.keys(Object(resolve(list).value))) {
      const { value } = resolve([...list, index]);
      if (!isObject(value)) continue;
      const place = value["in"] === "query" ? "query" : "path";
      examples[place][String(value["name"])] = String(value["example"]);
    }
  }
  return examples;
}

/** The URL of an operation, with its parameters filled in. */
export function urlOf(operationId: OperationId, path: Parameters, query: Parameters = {}): string {
  const filled = operationTable[operationId].path.replaceAll(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(path[name] ?? ""),
  );
  return Object.keys(query).length === 0
    ? filled
    : `${filled}?${new URLSearchParams(query).toString()}`;
}
