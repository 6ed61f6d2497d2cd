import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Column, Columns } from "../columns.ts";
import type { ErrorText, ResultBuilder } from "../encoding.ts";
import type { ResponseLimit } from "../limits.ts";
import type { Description, Pause, StatementSummary } from "../session.ts";
import type { SqlValue } from "../values.ts";
import { sizeOf, writeValue } from "./values.ts";

// Fields have the numbers of Hrana 3, “Protobuf schema”.

/** Gathers the rows of one statement as the message `StmtResult`. */
export class ProtobufResult implements ResultBuilder<Uint8Array> {
  readonly #limit: ResponseLimit;
  readonly wantsRows: boolean;
  readonly #writer = new BinaryWriter();

  constructor(limit: ResponseLimit, wantRows: boolean) {
    this.#limit = limit;
    this.wantsRows = wantRows;
  }

  begin(columns: Columns): void {
    this.#limit.begin(columns);
    writeColumns(this.#writer, 1, columns);
  }

  row(values: readonly SqlValue[]): void {
    if (!this.wantsRows) return;
    let size = 4;
    for (const value of values) size += sizeOf(value);
    this.#limit.row(size);
    writeRow(this.#writer, 2, values);
  }

  pause(): Pause | undefined {
    return undefined;
  }

  finish(summary: StatementSummary): Uint8Array {
    writeSummary(this.#writer, 3, summary);
    // Not in the specification, but sent by sqld, whose numbers these are.
    this.#writer.tag(6, WireType.Varint).uint64(summary.rowsRead);
    this.#writer.tag(7, WireType.Varint).uint64(summary.rowsWritten);
    this.#writer.tag(8, WireType.Bit64).double(summary.durationMs);
    return this.#writer.finish();
  }
}

/** Writes messages `Col` into a repeated field. */
export function writeColumns(writer: BinaryWriter, number: number, columns: Columns): void {
  for (const { name, decltype } of columns.list) {
    writer.tag(number, WireType.LengthDelimited).fork();
    writeColumn(writer, { name, decltype });
    writer.join();
  }
}

function writeColumn(writer: BinaryWriter, { name, decltype }: Column): void {
  writer.tag(1, WireType.LengthDelimited).string(name);
  if (decltype !== null) writer.tag(2, WireType.LengthDelimited).string(decltype);
}

/** Writes the message `Row` into a field. */
export function writeRow(writer: BinaryWriter, number: number, values: readonly SqlValue[]): void {
  writer.tag(number, WireType.LengthDelimited).fork();
  for (const value of values) {
    writer.tag(1, WireType.LengthDelimited).fork();
    writeValue(writer, value);
    writer.join();
  }
  writer.join();
}

/** Writes `affected_row_count` into a field, and `last_insert_rowid` into the one after it. */
export function writeSummary(
  writer: BinaryWriter,
  number: number,
  { affectedRowCount, lastInsertRowid }: StatementSummary,
): void {
  writer.tag(number, WireType.Varint).uint64(affectedRowCount);
  if (lastInsertRowid !== null) {
    writer.tag(number + 1, WireType.Varint).sint64(lastInsertRowid);
  }
}

/** Writes the message `Error` into a field. */
export function writeError(
  writer: BinaryWriter,
  number: number,
  { message, code }: ErrorText,
): void {
  writer.tag(number, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.LengthDelimited).string(message);
  writer.tag(2, WireType.LengthDelimited).string(code);
  writer.join();
}

/** Writes the message `DescribeResult` into a field. */
export function writeDescription(
  writer: BinaryWriter,
  number: number,
  { parameters, columns, isExplain, isReadonly }: Description,
): void {
  writer.tag(number, WireType.LengthDelimited).fork();
  for (const name of parameters) {
    writer.tag(1, WireType.LengthDelimited).fork();
    if (name !== null) writer.tag(1, WireType.LengthDelimited).string(name);
    writer.join();
  }
  writeColumns(writer, 2, columns);
  writer.tag(3, WireType.Varint).bool(isExplain);
  writer.tag(4, WireType.Varint).bool(isReadonly);
  writer.join();
}

/** Writes a batch's results, or its errors, into a field: a map from the number of the step. */
export function writeSteps<V>(
  writer: BinaryWriter,
  number: number,
  steps: readonly (V | undefined)[],
  write: (step: V) => void,
): void {
  for (const [index, step] of steps.entries()) {
    if (step === undefined) continue;
    writer.tag(number, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.Varint).uint32(index);
    write(step);
    writer.join();
  }
}
