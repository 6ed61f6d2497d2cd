import type { Answer, Encoding, ErrorText } from "../encoding.ts";
import { around, joinTexts, type Text } from "../long-text.ts";
import type { Description } from "../session.ts";
import { decodeText } from "./fields.ts";
import { parseMessage } from "./messages.ts";
import { parseCursor, parsePipeline } from "./requests.ts";
import { encodeRow, encodeRowid, JsonResult } from "./results.ts";

/** Hrana in JSON: every piece is the text of one JSON value. */
export const json: Encoding<Text> = {
  readPipeline: (body, version) => parsePipeline(decodeText(body), version),
  readCursor: (body) => parseCursor(decodeText(body)),
  readMessage: (body, version) => parseMessage(body.toString(), version),

  result: (limit, wantRows) => new JsonResult(limit, wantRows),
  ok: (answer) => around('{"type":"ok","response":', encodeAnswer(answer), "}"),
  failed: (error) => `{"type":"error","error":${encodeError(error)}}`,
  // Batons are of this program's making: no character of theirs needs escaping.
  pipeline: (baton, results) =>
    around(
      `{"baton":${baton === undefined ? "null" : `"${baton}"`},"base_url":null,"results":[`,
      joinTexts(results, ","),
      "]}",
    ),

  cursorHead: (baton) => `{"baton":"${baton}","base_url":null}`,
  stepBegin: (step, columns) => `{"type":"step_begin","step":${step},"cols":${columns.json}}`,
  row: (values) => around('{"type":"row","row":', encodeRow(values), "}"),
  stepEnd: ({ affectedRowCount, lastInsertRowid }) =>
    `{"type":"step_end","affected_row_count":${affectedRowCount},` +
    `"last_insert_rowid":${encodeRowid(lastInsertRowid)}}`,
  stepError: (step, error) => `{"type":"step_error","step":${step},"error":${encodeError(error)}}`,
  cursorError: (error) => `{"type":"error","error":${encodeError(error)}}`,
  // Younger than Hrana 3. Drivers take a cursor without it for one that broke off.
  cursorEnd: '{"type":"replication_index","replication_index":null}',
  delimit: (entry) => around("", entry, "\n"),
  join: (entries) => joinTexts(entries, ""),

  helloOk: () => '{"type":"hello_ok"}',
  helloError: (error) => `{"type":"hello_error","error":${encodeError(error)}}`,
  responseOk: (requestId, answer) =>
    around(
      `{"type":"response_ok","request_id":${requestId},"response":`,
      encodeAnswer(answer),
      "}",
    ),
  responseError: (requestId, error) =>
    `{"type":"response_error","request_id":${requestId},"error":${encodeError(error)}}`,
};

function encodeAnswer(answer: Answer<Text>): Text {
  switch (answer.type) {
    case "execute":
      return around('{"type":"execute","result":', answer.result, "}");
    case "batch": {
      const result = encodeBatchResult(answer.results, answer.errors);
      return around('{"type":"batch","result":', result, "}");
    }
    case "describe":
      return `{"type":"describe","result":${encodeDescription(answer.description)}}`;
    case "get_autocommit":
      return `{"type":"get_autocommit","is_autocommit":${answer.isAutocommit}}`;
    case "fetch_cursor":
      return around(
        '{"type":"fetch_cursor","entries":[',
        joinTexts(answer.entries, ","),
        `],"done":${answer.done}}`,
      );
    default:
      return `{"type":"${answer.type}"}`;
  }
}

/** The result of a batch; null for each step that did not run, or did not fail. */
export function encodeBatchResult(
  results: readonly (Text | undefined)[],
  errors: readonly (ErrorText | undefined)[],
): Text {
  const errorTexts = errors.map((error) => (error === undefined ? "null" : encodeError(error)));
  const resultTexts = results.map((result) => result ?? "null");
  return around(
    '{"step_results":[',
    joinTexts(resultTexts, ","),
    `],"step_errors":[${errorTexts.join()}],"replication_index":null}`,
  );
}

function encodeDescription({ parameters, columns, isExplain, isReadonly }: Description): string {
  const names = JSON.stringify(parameters.map((name) => ({ name })));
  return (
    `{"params":${names},"cols":${columns.json},` +
    `"is_explain":${isExplain},"is_readonly":${isReadonly}}`
  );
}

/** The JSON text of an error. */
function encodeError({ message, code, extendedCode }: ErrorText): string {
  return JSON.stringify({ message, code, extended_code: extendedCode });
}
