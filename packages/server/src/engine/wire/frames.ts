import { inOnePiece } from "../../tools/pieces.ts";
import { exactLength, leastLength, type ReplyBody, writeBody } from "./reply-body.ts";

/**
 * The frames between the gateway and an engine process, over one local pipe. All integers are
 * little-endian.
 *
 *     command   u32 length of the rest · u32 id · u8 operation · u8 flags · 36 bytes database · body
 *     reply     u32 length of the rest · u32 id · u8 kind · u16 status · body
 */

export const operation = {
  pipeline2: 1,
  pipeline3: 2,
  cursor3: 3,
  close: 4,
  /** All that was begun on the database is over: tokens were invalidated, or it was destroyed. */
  endSessions: 5,
  ping: 6,
  /**
   * The gateway has read that this process was held up in the section that is the id: frames count
   * again from here, unless the process has been held up once more since.
   */
  resume: 7,
  /** A part of the reply to the command of this id has gone out: another may follow. */
  more: 8,
  /** Nobody reads the reply to the command of this id any more, which is for the same database. */
  cancel: 9,
  protobufPipeline3: 10,
  protobufCursor3: 11,
  execute1: 12,
  batch1: 13,
  statements: 14,
  dump: 15,
  /** A client connected over WebSocket. */
  openChannel: 16,
  message: 17,
  hangUp: 18,
  /** All processes together have as many open streams as there may be, or not any more. */
  streamsFull: 19,
  streamsFree: 20,
  /** The large reply has been read that lay at the place which is the id. */
  taken: 21,
  /** The database has as many open streams in other processes as the id says. */
  streamsElsewhere: 22,
  /** In another process, a writer waits for the lock of the database. */
  writerWaits: 23,
  /** Nothing; answered when what was sent before has been heard. */
  sync: 24,
  /** The client connected over WebSocket whose number is the id has taken a long answer. */
  answerTaken: 25,
  /** Closes the streams of the database that have idled for too long. */
  closeIdle: 26,
} as const;
export type Operation = (typeof operation)[keyof typeof operation];

export const commandFlag = {
  readOnly: 1,
  /** Another process has used the database since this one did, or has something of it now. */
  shared: 2,
  /** Nobody else has time for this read. */
  kept: 4,
} as const;

export const replyKind = {
  /** The whole reply. */
  whole: 1,
  /** The first part of a reply; parts follow. */
  start: 2,
  part: 3,
  /** The last, empty part. */
  end: 4,
  /** The stream of this request lives in another process; the body is its number. */
  elsewhere: 5,
  /** Sent once when the process serves, with id 0. */
  ready: 6,
  /** The process was held up and waits for `resume`; with id 0. */
  heldUp: 7,
  /** The reply ends before it is whole; the body says why. */
  broken: 8,
  /** The process has another number of open streams, as the body tells; with id 0. */
  streams: 9,
  /** The process has more memory than it may; with id 0. */
  outgrown: 10,
  /** The request is a read that another process may run; this one has others to run. */
  shared: 11,
  /** A large reply; the body tells where it lies. */
  large: 12,
  /** A writer waits for the lock of the database that the body names; with id 0. */
  writerWaits: 13,
  /** The command was not begun, and will not be. */
  returned: 14,
  /** Streams of the database that the body names have idled, and wait for `closeIdle`; with id 0. */
  streamsIdle: 15,
  /** The command, which has a long body, has come out of the pipe and is begun; its reply follows. */
  begun: 16,
} as const;
export type ReplyKind = (typeof replyKind)[keyof typeof replyKind];

export interface Command {
  readonly id: number;
  readonly operation: Operation;
  readonly flags: number;
  readonly databaseId: string;
  readonly body: Buffer;
}

export interface Reply {
  readonly id: number;
  readonly kind: ReplyKind;
  readonly status: number;
  /** The body; a large one comes in several pieces. */
  readonly pieces: readonly Buffer[];
}

/**
 * So many frames are written without waiting for the rest of a turn of the event loop. One write
 * for all of it would be the fewest calls, but then the gateway and the engine process would take
 * turns too, each idle while the other works.
 */
export const framesPerWrite = 4;

/**
 * A body of more bytes is long. Of those that are not, all that one database may send together fit
 * into what a process reads before it has begun them.
 */
export const longBody = 4 * 1024;

const idLength = 36;
/** The length of a command without its body, which no reply's is beyond. */
export const commandHeader = 4 + 4 + 1 + 1 + idLength;
const replyHeader = 4 + 4 + 1 + 2;
/** Up to so many characters, to count the bytes of a text takes no time. */
const shortText = 16_384;
const noDatabase = " ".repeat(idLength);

/** The header of command `id`; its body follows as it is. */
export function encodeCommandHeader(id: number, command: Omit<Command, "id">): Buffer {
  const header = Buffer.allocUnsafe(commandHeader);
  header.writeUInt32LE(commandHeader - 4 + command.body.length, 0);
  header.writeUInt32LE(id, 4);
  header[8] = command.operation;
  header[9] = command.flags;
  header.write(command.databaseId === "" ? noDatabase : command.databaseId, 10, idLength, "latin1");
  return header;
}

/** A whole reply frame. */
export function encodeReply(id: number, kind: ReplyKind, status: number, body: ReplyBody): Buffer {
  const frame = framed(body);
  frame.writeUInt32LE(frame.length - 4, 0);
  frame.writeUInt32LE(id, 4);
  frame[8] = kind;
  frame.writeUInt16LE(status, 9);
  return frame;
}

/** A frame with its header still empty. */
function framed(body: ReplyBody): Buffer {
  if (typeof body === "string" && body.length <= shortText) {
    const frame = Buffer.allocUnsafe(replyHeader + exactLength(body));
    frame.write(body, replyHeader);
    return frame;
  }
  const frame = Buffer.allocUnsafe(replyHeader + leastLength(body));
  if (writeBody(body, frame, replyHeader) !== undefined) return frame;
  const larger = Buffer.allocUnsafe(replyHeader + exactLength(body));
  writeBody(body, larger, replyHeader);
  return larger;
}

/** Reads a command from the frame that `FrameReader` cut out. */
export function decodeCommand(frame: Buffer): Command {
  return {
    id: frame.readUInt32LE(4),
    operation: operations[byteAt(frame, 8)] ?? fail("operation"),
    flags: byteAt(frame, 9),
    databaseId: frame.toString("latin1", 10, 10 + idLength),
    body: frame.subarray(commandHeader),
  };
}

/** Reads a reply from the frame that `FrameReader` cut out. */
export function decodeReply(first: Buffer, others: readonly Buffer[]): Reply {
  const body = first.subarray(replyHeader);
  return {
    id: first.readUInt32LE(4),
    kind: replyKinds[byteAt(first, 8)] ?? fail("kind"),
    status: first.readUInt16LE(9),
    pieces: others.length === 0 ? [body] : [body, ...others],
  };
}

/** The body of a reply in one piece. */
export function bodyOf({ pieces }: Reply): Buffer {
  return inOnePiece(pieces);
}

const operations = Object.fromEntries(Object.values(operation).map((value) => [value, value]));
const replyKinds = Object.fromEntries(Object.values(replyKind).map((value) => [value, value]));

function byteAt(frame: Buffer, offset: number): number {
  return frame[offset] ?? 0;
}

function fail(what: string): never {
  throw new Error(`A frame between gateway and engine has an unknown ${what}`);
}
