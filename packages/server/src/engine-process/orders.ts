import { type Command, commandFlag, operation } from "../engine/wire/frames.ts";
import { json } from "../hrana/json/encoding.ts";
import { runStatements } from "../hrana/legacy/statements.ts";
import { runBatch1, runExecute1 } from "../hrana/legacy/version1.ts";
import { protobuf } from "../hrana/protobuf/encoding.ts";
import type { Databases } from "./database/databases.ts";
import type { Replies } from "./replies.ts";
import type { Channels } from "./requests/channels.ts";
import type { Requests } from "./requests/requests.ts";

const ping = Buffer.from('{"stmt":{"sql":"SELECT 1"}}');

/** What {@link Orders} go to. */
export interface OrdersParts {
  readonly databases: Databases;
  readonly requests: Requests;
  readonly channels: Channels;
  readonly replies: Replies;
}

/** Runs orders, which are the commands that are answered, each by what it asks for. */
export class Orders {
  readonly #parts: OrdersParts;

  constructor(parts: OrdersParts) {
    this.#parts = parts;
  }

  /** @throws what is wrong with it, where that is known at once */
  run(command: Command): void {
    const { databases, requests, channels, replies } = this.#parts;
    databases.setShared(command.databaseId, (command.flags & commandFlag.shared) !== 0);
    switch (command.operation) {
      case operation.pipeline2:
        return requests.pipeline(command, 2, json);
      case operation.pipeline3:
        return requests.pipeline(command, 3, json);
      case operation.protobufPipeline3:
        return requests.pipeline(command, 3, protobuf);
    }
    requests.settle();
    switch (command.operation) {
      case operation.cursor3:
        return requests.cursor(command, json);
      case operation.protobufCursor3:
        return requests.cursor(command, protobuf);
      case operation.execute1:
        return requests.single(command, runExecute1);
      case operation.batch1:
        return requests.single(command, runBatch1);
      case operation.statements:
        return requests.single(command, runStatements);
      case operation.ping:
        return requests.single({ ...command, body: ping }, runExecute1);
      case operation.dump:
        return requests.dump(command);
      case operation.closeIdle:
        requests.closeIdle(command.databaseId);
        return replies.whole(command.id, 200, "");
      case operation.openChannel:
        return channels.open(command);
      case operation.message:
        return channels.message(command);
      case operation.hangUp:
        return channels.hangUp(command);
      case operation.close:
        databases.close(command.databaseId);
        return replies.whole(command.id, 200, "");
      case operation.sync:
        return replies.whole(command.id, 200, "");
      default:
        throw new Error(`Operation ${command.operation} is no order`);
    }
  }
}
