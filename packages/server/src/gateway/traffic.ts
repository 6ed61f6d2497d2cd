import type { EndpointName } from "../engine/engine.ts";

/** What a request to a database asks for; `other` is what needs no database, or is not served. */
export type Asked = EndpointName | "other";

/** How often each status class was answered, by the first digit of the status. */
export type StatusCounts = number[];

/**
 * What has passed at the addresses of databases since the start. It is counted whether anybody reads
 * it or not, since counting costs less than asking.
 */
export class Traffic {
  readonly answers: Readonly<Record<Asked, StatusCounts>> = {
    pipeline2: noAnswers(),
    pipeline3: noAnswers(),
    cursor3: noAnswers(),
    protobufPipeline3: noAnswers(),
    protobufCursor3: noAnswers(),
    execute1: noAnswers(),
    batch1: noAnswers(),
    statements: noAnswers(),
    dump: noAnswers(),
    other: noAnswers(),
  };
  /** How often a whole request failed or was broken off with each code, or a message was lost with its engine process. */
  readonly failures = new Map<string, number>();
  /** Clients that are connected over WebSocket, and have shown a token. */
  channels = 0;
  /** Their messages, without those that said hello. */
  messages = 0;

  answered(asked: Asked, status: number): void {
    const counts = this.answers[asked];
    const first = Math.trunc(status / 100);
    counts[first] = (counts[first] ?? 0) + 1;
  }

  failed(code: string): void {
    this.failures.set(code, (this.failures.get(code) ?? 0) + 1);
  }
}

function noAnswers(): StatusCounts {
  return [0, 0, 0, 0, 0, 0];
}
