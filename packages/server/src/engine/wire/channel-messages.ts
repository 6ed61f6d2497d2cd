/** What the gateway tells an engine process of one message of a client. */
export interface ChannelMessage {
  /** The client's number, given by the gateway. */
  readonly channel: number;
  /** Why requests of this client are refused now, as the JSON of code and message; or empty. */
  readonly refusal: string;
  /** The message itself, or what a command of another kind needs. */
  readonly body: Buffer;
}

/** The status of a reply that answers a message; of a long one, the process is told when the client has taken it. */
export const answerStatus = { short: 200, long: 201 } as const;

const header = 4 + 4;

/** The body of a command on a channel: `u32 channel · u32 length of the refusal · refusal · body`. */
export function encodeChannelMessage({ channel, refusal, body }: ChannelMessage): Buffer {
  const length = Buffer.byteLength(refusal);
  const start = Buffer.allocUnsafe(header + length);
  start.writeUInt32LE(channel, 0);
  start.writeUInt32LE(length, 4);
  start.write(refusal, header);
  return body.length === 0 ? start : Buffer.concat([start, body]);
}

/** The client's number in what `encodeChannelMessage` wrote. */
export function channelOf(bytes: Buffer): number {
  return bytes.readUInt32LE(0);
}

/** Reads what `encodeChannelMessage` wrote. */
export function decodeChannelMessage(bytes: Buffer): ChannelMessage {
  const length = bytes.readUInt32LE(4);
  return {
    channel: channelOf(bytes),
    refusal: bytes.toString("utf8", header, header + length),
    body: bytes.subarray(header + length),
  };
}
