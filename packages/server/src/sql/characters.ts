/** Character classes of the ASCII range, as bits; beyond it every character is an identifier character. */
export const SPACE = 1;
export const DIGIT = 2;
export const NAME_START = 4;
export const NAME = 8;
export const HEX = 16;
export const SPACE_INSIDE_RUN = 32;

/** A space to SQLite wherever a token may start. */
export const BYTE_ORDER_MARK = 0xfeff;

export const CLASSES = new Uint8Array(128);
const mark = (characters: string, bits: number): void => {
  for (let i = 0; i < characters.length; i += 1) {
    const code = characters.charCodeAt(i);
    CLASSES[code] = (CLASSES[code] ?? 0) | bits;
  }
};
mark(" \t\n\f\r", SPACE | SPACE_INSIDE_RUN);
// A vertical tab is a space to SQLite only after another space; at the start of a token it is illegal.
mark("\v", SPACE_INSIDE_RUN);
mark("0123456789", DIGIT | NAME | HEX);
mark("abcdefABCDEF", HEX);
mark("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", NAME_START | NAME);
mark("$", NAME);
