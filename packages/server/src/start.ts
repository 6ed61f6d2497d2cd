import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import pino from "pino";
import { ensureAccessToken } from "./access-token.ts";
import { takeDataDirectory } from "./data-directory.ts";
import { EmbeddedEngine } from "./engine/embedded-engine.ts";
import { openDatabaseLimit } from "./engine/open-files.ts";
import { Addressing, type AddressingMode, resolvesLocalhostNames } from "./gateway/addressing.ts";
import { Authorizer } from "./gateway/authorize.ts";
import { DataPlane } from "./gateway/data-plane.ts";
import { createGateway } from "./gateway/gateway.ts";
import { Site } from "./gateway/site.ts";
import { defaultOptions, type ServerOptions } from "./options.ts";
import { createPlatform } from "./platform/app.ts";
import { Faults } from "./platform/faults.ts";
import { sweepRemovals } from "./platform/sweep.ts";
import { openStore } from "./store/open.ts";
import { ensurePersonalOrganization } from "./store/organizations.ts";
import { findRoute } from "./store/routes.ts";
import { version } from "./version.ts";

/** Verified database tokens that are remembered. */
const rememberedTokens = 50_000;

/** A server that serves. */
export interface RunningServer {
  /** Where the Platform API and the reference site are. */
  readonly url: string;
  readonly organization: string;
  /** The platform token where this start made or was given it; undefined where an older one holds. */
  readonly token: string | undefined;
  readonly dataDir: string;
  /** Stops serving; requests under way are answered first. */
  stop(): Promise<void>;
}

/**
 * Starts a server; it serves when the promise resolves.
 *
 * @param given what differs from `defaultOptions`
 * @throws DataDirectoryInUse, or the error of the operating system where the port is taken
 */
export async function startServer(given: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const options = { ...defaultOptions, ...given };
  refuseWeakToken(options);
  const undo: (() => void | Promise<void>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const directory = await takeDataDirectory(options.dataDir);
    undo.push(() => directory.release());

    const engine = new EmbeddedEngine({
      directory: directory.databases,
      processes: options.engineProcesses,
      statementTimeout: options.statementTimeout,
      openDatabases: openDatabaseLimit(),
      maxResponseBytes: options.maxResponseBytes,
    });
    undo.push(() => engine.stop());

    const store = await openStore({ url: directory.storeUrl });
    undo.push(() => store.close());
    await ensurePersonalOrganization(store, options.user, Date.now());
    const minted = await ensureAccessToken(store, options.user, options.token);

    let addressing = new Addressing("path", "");
    const logger = pino({ level: options.logLevel }, pino.destination(2));
    const platform = createPlatform({
      store,
      engine,
      hostnameOf: (label) => addressing.hostnameOf(label),
      now: Date.now,
      version,
      faults: options.faults ? new Faults() : undefined,
      logger,
    });
    undo.push(() => platform.close());
    await platform.ready();

    const dataPlane = new DataPlane({
      findRoute: (label) => findRoute(store, label),
      engine,
      authorizer: new Authorizer(rememberedTokens, Date.now),
      maxBodyBytes: options.maxRequestBytes,
    });
    const server = createGateway({
      addressing: () => addressing,
      dataPlane,
      site: new Site(),
      platform: (request, response) => platform.handle(request, response),
    });

    await engine.started();
    await sweepRemovals({ store, engine });
    const mode = await chooseMode(options);
    const port = await listen(server, options);
    undo.push(() => close(server));
    addressing = chooseAddressing(mode, options, port);

    return {
      url: `http://${reachableHost(options.host)}:${port}`,
      organization: options.user,
      token: options.token ?? minted,
      dataDir: directory.path,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Whoever can reach the server could guess a short token. */
function refuseWeakToken({ host, token }: ServerOptions): void {
  if (token === undefined || isLoopback(host) || token.length >= 24) return;
  throw new RangeError(
    `A --token of fewer than 24 characters is refused on ${host}, which others can reach`,
  );
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

/** A server that listens everywhere is reached on this machine by its loopback address. */
function reachableHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

async function chooseMode({ addressing, domain }: ServerOptions): Promise<AddressingMode> {
  if (addressing !== "auto") return addressing;
  return domain !== undefined || (await resolvesLocalhostNames()) ? "host" : "path";
}

function chooseAddressing(mode: AddressingMode, options: ServerOptions, port: number): Addressing {
  const host = mode === "host" ? "localhost" : reachableHost(options.host);
  return new Addressing(mode, options.domain ?? `${host}:${port}`);
}

async function listen(server: Server, { port, host }: ServerOptions): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address: AddressInfo | string | null = server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const overdue = setTimeout(() => server.closeAllConnections(), 2_000);
  await closed;
  clearTimeout(overdue);
}
