import type { Engine } from "../engine/engine.ts";

/** What passes over WebSocket, in numbers. */
export interface ChannelCounts {
  /** Clients that are connected, and have shown a token. */
  open: number;
  /** Their messages since the start, without those that said hello. */
  messages: number;
  /** Hears the code of each message that was lost with its engine process. */
  readonly lost: (code: string) => void;
}

/** The same engine, for WebSockets to be served with: it counts what passes. */
export function countChannels(engine: Engine, counts: ChannelCounts): Engine {
  return {
    create: (databaseId) => engine.create(databaseId),
    destroy: (databaseId) => engine.destroy(databaseId),
    endSessions: (databaseId) => engine.endSessions(databaseId),
    ping: (databaseId) => engine.ping(databaseId),
    request: (request, sink) => engine.request(request, sink),
    stop: () => engine.stop(),
    openChannel: (request, sink) => {
      let isOpen = true;
      const over = () => {
        if (isOpen) counts.open -= 1;
        isOpen = false;
      };
      counts.open += 1;
      const channel = engine.openChannel(request, {
        answer: (bytes, message, taken) => sink.answer(bytes, message, taken),
        lost: (message, failure) => {
          counts.lost(failure.code);
          sink.lost(message, failure);
        },
        close: (code, reason) => {
          over();
          sink.close(code, reason);
        },
      });
      return {
        send: (message, permission) => {
          counts.messages += 1;
          channel.send(message, permission);
        },
        hangUp: () => {
          over();
          channel.hangUp();
        },
      };
    },
  };
}
