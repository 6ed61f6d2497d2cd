import type { Command } from "../../engine/wire/frames.ts";
import type { Piece } from "../../hrana/encoding.ts";
import type { Steps } from "../../hrana/session.ts";
import { streamExpired } from "../../hrana/stream-expired.ts";
import type { Tasks } from "../tasks.ts";
import type { StreamedReply } from "./streamed-reply.ts";

/** How work ends whose reply is sent in parts: in one of these ways. */
export interface StreamedEnd {
  done(): void;
  failed(error: unknown): void;
  /** Its reader is gone. */
  cancelled(): void;
}

interface Streamed {
  readonly databaseId: string;
  flush(): void;
  partPassed(): void;
  /** Its reader is gone. */
  cancel(): void;
  /** It may not go on. */
  expire(): void;
}

/** The replies of a process that are sent in parts, by the ids of their commands. */
export class StreamedReplies {
  readonly #tasks: Tasks;
  readonly #open = new Map<number, Streamed>();

  constructor(tasks: Tasks) {
    this.#tasks = tasks;
  }

  /** Runs steps that write a reply. */
  run<T extends Piece>(
    { id, databaseId }: Command,
    reply: StreamedReply<T>,
    steps: Steps<void>,
    end: StreamedEnd,
  ): void {
    // What was ended has no other end.
    const stop = () => {
      this.#open.delete(id);
      steps.return();
    };
    this.#open.set(id, {
      databaseId,
      flush: () => reply.flush(),
      partPassed: () => reply.partPassed(),
      cancel: () => {
        stop();
        end.cancelled();
        reply.end();
        reply.wake();
      },
      expire: () => {
        stop();
        end.failed(streamExpired("hasNotIdled"));
        reply.wake();
      },
    });
    this.#tasks.run(id, steps, {
      done: () => {
        if (this.#open.delete(id)) end.done();
      },
      failed: (error) => {
        if (this.#open.delete(id)) end.failed(error);
      },
    });
  }

  /** Sends what there is of them. */
  flush(): void {
    for (const reply of this.#open.values()) reply.flush();
  }

  /** A part of the reply to command `id` has gone out. */
  partPassed(id: number): void {
    this.#open.get(id)?.partPassed();
  }

  /** Nobody reads the reply to command `id` any more. */
  cancel(id: number): void {
    this.#open.get(id)?.cancel();
  }

  /** Ends those of a database: their readers may be slow. */
  endAllOf(databaseId: string): void {
    for (const reply of this.#open.values()) {
      if (reply.databaseId === databaseId) reply.expire();
    }
  }
}
