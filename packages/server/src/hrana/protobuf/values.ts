import { type BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { invalid } from "../errors.ts";
import { checkValueLength, type SqlValue } from "../values.ts";
import { eachField, readEmpty } from "./fields.ts";

/** The fields of the message `Value` (Hrana 3, “Protobuf schema”). */
const field = { null: 1, integer: 2, float: 3, text: 4, blob: 5 } as const;

/**
 * Reads one value of a request.
 *
 * @param where names the value in error messages
 */
export function decodeValue(bytes: Uint8Array, where: string): SqlValue {
  let value: SqlValue | undefined;
  eachField(bytes, (each) => {
    switch (each.number) {
      case field.null:
        readEmpty(each.bytes());
        value = null;
        break;
      case field.integer:
        value = each.sint64();
        break;
      case field.float:
        value = each.double();
        break;
      case field.text:
        value = each.string();
        break;
      case field.blob: {
        const blob = each.bytes();
        value = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
        break;
      }
    }
  });
  if (value === undefined) throw invalid(where, "has no value");
  return value;
}

/** Writes the fields of one value of a reply. */
export function writeValue(writer: BinaryWriter, value: SqlValue): void {
  switch (typeof value) {
    case "bigint":
      writer.tag(field.integer, WireType.Varint).sint64(value);
      break;
    case "string":
      checkValueLength(value.length);
      writer.tag(field.text, WireType.LengthDelimited).string(value);
      break;
    case "number":
      writer.tag(field.float, WireType.Bit64).double(value);
      break;
    default:
      if (value === null) writer.tag(field.null, WireType.LengthDelimited).fork().join();
      else {
        checkValueLength(value.byteLength);
        writer.tag(field.blob, WireType.LengthDelimited).bytes(value);
      }
  }
}

/** About how many bytes a value takes in a reply. */
export function sizeOf(value: SqlValue): number {
  if (typeof value === "string") return value.length + 6;
  return value instanceof Uint8Array ? value.byteLength + 6 : 12;
}
