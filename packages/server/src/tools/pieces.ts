/** Bytes that came in pieces, as one; what is one already is not copied. */
export function inOnePiece(pieces: readonly Buffer[]): Buffer {
  const [only] = pieces;
  return only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces);
}
