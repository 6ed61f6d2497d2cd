import type { Base64 } from "./base64.ts";

/** From so many characters on, a text is kept in parts. */
export const longLength = 64 * 1024;

/** A part of a long text. */
export type TextPart = string | Base64;

/**
 * A long text in parts that follow each other. A text that others were put around is copied as a
 * whole where its bytes are wanted, before they are; the parts of this one are not.
 */
export class LongText {
  readonly parts: readonly TextPart[];
  /** In characters. */
  readonly length: number;

  constructor(parts: readonly TextPart[]) {
    this.parts = parts;
    this.length = parts.reduce((sum, part) => sum + part.length, 0);
  }

  toString(): string {
    return this.parts.join("");
  }
}

export type Text = string | LongText;

/** A text with others around it. */
export function around(before: string, text: Text | Base64, after: string): Text {
  if (typeof text === "string" && text.length < longLength) return `${before}${text}${after}`;
  if (text instanceof LongText) return new LongText([before, ...text.parts, after]);
  return new LongText([before, text, after]);
}

/** Texts behind each other, with a separator between them. */
export function joinTexts(texts: readonly Text[], separator: string): Text {
  let all = "";
  const parts: TextPart[] = [];
  texts.forEach((text, index) => {
    if (index > 0) all += separator;
    if (typeof text === "string") {
      all += text;
    } else {
      parts.push(all, ...text.parts);
      all = "";
    }
  });
  return parts.length === 0 ? all : new LongText([...parts, all]);
}
