/** Character classes of the ASCII range, as bits; beyond it every character is an identifier character. */
export const spaceCharacters = 1;
export const digits = 2;
export const nameStarts = 4;
export const nameCharacters = 8;
export const hexDigits = 16;
export const spacesInsideRun = 32;

/** A space to SQLite wherever a token may start. */
export const byteOrderMark = 0xfeff;

export const classTable = new Uint8Array(128);
const mark = (characters: string, bits: number): void => {
  for (let i = 0; i < characters.length; i += 1) {
    const code = characters.charCodeAt(i);
    classTable[code] = (classTable[code] ?? 0) | bits;
  }
};
mark(" \t\n\f\r", spaceCharacters | spacesInsideRun);
// A vertical tab is a space to SQLite only after another space; at the start of a token it is illegal.
mark("\v", spacesInsideRun);
mark("0123456789", digits | nameCharacters | hexDigits);
mark("abcdefABCDEF", hexDigits);
mark("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", nameStarts | nameCharacters);
mark("$", nameCharacters);
