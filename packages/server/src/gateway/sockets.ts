import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import { type WebSocket, WebSocketServer } from "ws";
import type { Engine } from "../engine/engine.ts";
import { closeCode, isSubprotocol, unnamedSubprotocol } from "../engine/wire/subprotocols.ts";
import type { Admissions } from "./admissions.ts";
import { DatabaseSocket } from "./database-socket.ts";
import {
  handshakeNotGet,
  handshakeVersionUnknown,
  noHandshake,
  noWebSocketAt,
  subprotocolUnknown,
} from "./failures.ts";
import type { Load } from "./load.ts";
import { ReaderPatience } from "./reader-patience.ts";
import { refuseRaw } from "./refusal.ts";
import type { Traffic } from "./traffic.ts";

/** What {@link Sockets} serves connections with. */
export interface SocketsOptions {
  readonly engine: Engine;
  readonly admissions: Admissions;
  readonly logger: Pick<Logger, "error">;
  /** How large a message may be, in bytes. */
  readonly maxMessageBytes: number;
  /** How often, in milliseconds, clients are asked whether they are still there. */
  readonly pingInterval: number;
  /** How long, in milliseconds, a client may take nothing of what it is sent. */
  readonly readerTimeout: number;
  readonly load: Load;
  readonly traffic: Traffic;
}

/** No client sends this much before its first message is whole, which is a hello. */
const maxBytesBeforeHello = 128 * 1024;

/** Serves databases over WebSocket (Hrana 3, “Hrana over WebSocket”). */
export class Sockets {
  readonly #options: SocketsOptions;
  readonly #server: WebSocketServer;
  readonly #open = new Set<DatabaseSocket>();
  readonly #pinger: NodeJS.Timeout;

  constructor(options: SocketsOptions) {
    this.#options = options;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: options.maxMessageBytes,
      perMessageDeflate: false,
      // They are answers too, which a client may leave unread.
      autoPong: false,
      // Clients name what they like best first.
      handleProtocols: (offered) => [...offered].find(isSubprotocol) ?? false,
    });
    this.#server.on("wsClientError", (error, socket) => refuseRaw(socket, noHandshake(error)));
    this.#pinger = setInterval(() => this.#ping(), options.pingInterval);
    this.#pinger.unref();
  }

  /**
   * Takes over the connection of a request that asks for a WebSocket.
   *
   * @param label the name that the database or instance is addressed by
   * @param path the path below its address
   */
  upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    label: string,
    path: string,
  ): void {
    const offered = request.headers["sec-websocket-protocol"];
    const names = offered?.split(",").map((name) => name.trim()) ?? [];
    const { method, headers } = request;
    if (method !== "GET") return refuseRaw(socket, handshakeNotGet, { allow: "GET" });
    if (!/^(?:8|13)$/.test(headers["sec-websocket-version"] ?? "")) {
      return refuseRaw(socket, handshakeVersionUnknown, { "sec-websocket-version": "13, 8" });
    }
    if (path !== "/") return refuseRaw(socket, noWebSocketAt(path));
    if (names.length > 0 && !names.some(isSubprotocol)) {
      return refuseRaw(socket, subprotocolUnknown(names));
    }
    this.#server.handleUpgrade(request, socket, head, (client) =>
      this.#accept(client, label, socket),
    );
  }

  /** Closes every connection. */
  close(): void {
    clearInterval(this.#pinger);
    for (const each of this.#open) each.close(closeCode.goingAway, "The server is stopping");
  }

  #accept(client: WebSocket, label: string, connection: Duplex): void {
    const { engine, admissions, logger, load, traffic, readerTimeout } = this.#options;
    const subprotocol = isSubprotocol(client.protocol) ? client.protocol : unnamedSubprotocol;
    const tcp = connection instanceof Socket ? connection : null;
    if (tcp !== null) {
      tcp.on("timeout", () => client.terminate());
      limitFirstMessage(client, tcp);
    }
    const reader = new ReaderPatience(tcp, readerTimeout);
    const parts = { label, subprotocol, engine, admissions, logger, load, traffic, reader };
    const socket = new DatabaseSocket(client, parts);
    // Before the library hears of it, which tells when it makes a message whole.
    tcp?.prependListener("data", (chunk: Buffer) => socket.take(chunk.length));
    this.#open.add(socket);
    client.once("close", () => this.#open.delete(socket));
  }

  #ping(): void {
    for (const each of this.#open) each.ping();
  }
}

/** Who has shown no token is not worth the memory of a long message. */
function limitFirstMessage(client: WebSocket, tcp: Socket): void {
  const most = tcp.bytesRead + maxBytesBeforeHello;
  const look = () => {
    if (tcp.bytesRead > most) client.terminate();
  };
  tcp.on("data", look);
  client.once("message", () => tcp.off("data", look));
}
