import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Answer, Encoding } from "../encoding.ts";
import { decode } from "./fields.ts";
import { readClientMessage } from "./messages.ts";
import { readCursor, readPipeline } from "./requests.ts";
import {
  ProtobufResult,
  writeColumns,
  writeDescription,
  writeError,
  writeRow,
  writeSteps,
  writeSummary,
} from "./results.ts";

/**
 * Hrana in Protobuf (Hrana 3, “Protobuf schema”): every piece is the content of one message. It is
 * always version 3.
 */
export const protobuf: Encoding<Uint8Array> = {
  readPipeline: (body) => decode(() => readPipeline(body)),
  readCursor: (body) => decode(() => readCursor(body)),
  readMessage: (body) => decode(() => readClientMessage(body)),

  result: (limit, wantRows) => new ProtobufResult(limit, wantRows),
  ok: (answer) =>
    message((writer) => nest(writer, 1, () => writeAnswer(writer, streamFields, answer))),
  failed: (error) => message((writer) => writeError(writer, 2, error)),
  pipeline: (baton, results) =>
    message((writer) => {
      if (baton !== undefined) writer.tag(1, WireType.LengthDelimited).string(baton);
      for (const result of results) writer.tag(3, WireType.LengthDelimited).bytes(result);
    }),

  cursorHead: (baton) => message((writer) => writer.tag(1, WireType.LengthDelimited).string(baton)),
  stepBegin: (step, columns) =>
    message((writer) =>
      nest(writer, 1, () => {
        writer.tag(1, WireType.Varint).uint32(step);
        writeColumns(writer, 2, columns);
      }),
    ),
  stepEnd: (summary) =>
    message((writer) => nest(writer, 2, () => writeSummary(writer, 1, summary))),
  stepError: (step, error) =>
    message((writer) =>
      nest(writer, 3, () => {
        writer.tag(1, WireType.Varint).uint32(step);
        writeError(writer, 2, error);
      }),
    ),
  row: (values) => message((writer) => writeRow(writer, 4, values)),
  cursorError: (error) => message((writer) => writeError(writer, 5, error)),
  cursorEnd: undefined,
  delimit: (entry) => message((writer) => writer.bytes(entry)),
  join: (entries) => Buffer.concat(entries),

  helloOk: () => message((writer) => nest(writer, 1, () => {})),
  helloError: (error) => message((writer) => nest(writer, 2, () => writeError(writer, 1, error))),
  responseOk: (requestId, answer) =>
    message((writer) =>
      nest(writer, 3, () => {
        writer.tag(1, WireType.Varint).int32(requestId);
        writeAnswer(writer, channelFields, answer);
      }),
    ),
  responseError: (requestId, error) =>
    message((writer) =>
      nest(writer, 4, () => {
        writer.tag(1, WireType.Varint).int32(requestId);
        writeError(writer, 2, error);
      }),
    ),
};

type AnswerFields = Readonly<Partial<Record<Answer<never>["type"], number>>>;

/** The fields of `StreamResponse`, over HTTP. */
const streamFields: AnswerFields = {
  close: 1,
  execute: 2,
  batch: 3,
  sequence: 4,
  describe: 5,
  store_sql: 6,
  close_sql: 7,
  get_autocommit: 8,
};

/** The fields of `ResponseOkMsg`, over WebSocket. */
const channelFields: AnswerFields = {
  open_stream: 2,
  close_stream: 3,
  execute: 4,
  batch: 5,
  open_cursor: 6,
  close_cursor: 7,
  fetch_cursor: 8,
  sequence: 9,
  describe: 10,
  store_sql: 11,
  close_sql: 12,
  get_autocommit: 13,
};

function writeAnswer(writer: BinaryWriter, fields: AnswerFields, answer: Answer<Uint8Array>): void {
  nest(writer, fields[answer.type] ?? 0, () => {
    switch (answer.type) {
      case "execute":
        writer.tag(1, WireType.LengthDelimited).bytes(answer.result);
        break;
      case "batch":
        nest(writer, 1, () => {
          writeSteps(writer, 1, answer.results, (result) =>
            writer.tag(2, WireType.LengthDelimited).bytes(result),
          );
          writeSteps(writer, 2, answer.errors, (error) => writeError(writer, 2, error));
        });
        break;
      case "describe":
        writeDescription(writer, 1, answer.description);
        break;
      case "get_autocommit":
        writer.tag(1, WireType.Varint).bool(answer.isAutocommit);
        break;
      case "fetch_cursor":
        for (const entry of answer.entries) writer.tag(1, WireType.LengthDelimited).bytes(entry);
        writer.tag(2, WireType.Varint).bool(answer.done);
        break;
    }
  });
}

function message(write: (writer: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter();
  write(writer);
  return writer.finish();
}

/** Writes a message into a field of another. */
function nest(writer: BinaryWriter, number: number, write: () => void): void {
  writer.tag(number, WireType.LengthDelimited).fork();
  write();
  writer.join();
}
