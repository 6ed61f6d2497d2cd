import type { Command } from "../../engine/wire/frames.ts";
import { decodeChannelMessage } from "../../engine/wire/channel-messages.ts";
import { isSubprotocol, subprotocols, unnamedSubprotocol } from "../../engine/wire/subprotocols.ts";
import { json } from "../../hrana/json/encoding.ts";
import type { Text } from "../../hrana/long-text.ts";
import { protobuf } from "../../hrana/protobuf/encoding.ts";
import { ChannelClient } from "./channel-client.ts";
import type { Runtime } from "../runtime.ts";

/** The clients that are connected over WebSocket, by the numbers that the gateway gave them. */
export class Channels {
  readonly #runtime: Runtime;
  readonly #clients = new Map<number, ChannelClient<Text> | ChannelClient<Uint8Array>>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  open(command: Command): void {
    const { channel, body } = decodeChannelMessage(command.body);
    const name = body.toString();
    const { version, encoding } = subprotocols[isSubprotocol(name) ? name : unnamedSubprotocol];
    const client =
      encoding === "json"
        ? new ChannelClient(command, version, json, this.#runtime)
        : new ChannelClient(command, version, protobuf, this.#runtime);
    this.#clients.set(channel, client);
    this.#runtime.replies.whole(command.id, 200, "");
  }

  message(command: Command): void {
    const { channel, refusal, body } = decodeChannelMessage(command.body);
    const client = this.#clients.get(channel);
    // The gateway opens a channel before it passes messages on.
    if (client === undefined) throw new Error(`There is no channel ${channel}`);
    client.receive(command, body, refusal === "" ? undefined : JSON.parse(refusal));
  }

  /** A client has taken a long answer. */
  taken(channel: number): void {
    this.#clients.get(channel)?.taken();
  }

  hangUp(command: Command): void {
    const { channel } = decodeChannelMessage(command.body);
    this.#clients.get(channel)?.hangUp();
    this.#clients.delete(channel);
    this.#runtime.replies.whole(command.id, 200, "");
  }

  /** Closes every stream of a database; one that is at work, after that. */
  closeStreamsOf(databaseId: string): void {
    for (const client of this.#clients.values()) {
      if (client.databaseId === databaseId) client.closeStreams();
    }
  }

  closeAll(): void {
    for (const client of this.#clients.values()) client.hangUp();
    this.#clients.clear();
  }
}
