/** Shorter texts are parsed in no time, whatever is in them. */
const longText = 256 * 1024;
/** No request needs more objects and arrays than one for so many characters, and some. */
const charactersPerContainer = 12;
const someContainers = 150_000;
/** No object of a request needs more members than this, but for some. */
const membersPerContainer = 8;
const someMembers = 50_000;

/** Nor more items of arrays, which may be numbers, than one for so many characters, and some. */
const charactersPerItem = 6;
const someItems = 2_000_000;

/**
 * Says whether a text of JSON consists of so many small things that it cannot be a request, but
 * would take minutes and gigabytes to parse: `[{},{},…]`, `[[[[…`, `{"a":1,"b":1,…`.
 */
export function isTooDense(text: string): boolean {
  if (text.length < longText) return false;
  const mostContainers = text.length / charactersPerContainer + someContainers;
  const mostItems = text.length / charactersPerItem + someItems;
  let containers = 0;
  let items = 0;
  let members = 0;
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case 0x22: // "
        index = endOfString(text, index);
        break;
      case 0x5b: // [
      case 0x7b: // {
        containers += 1;
        if (containers > mostContainers) return true;
        break;
      case 0x2c: // ,
        items += 1;
        if (items > mostItems) return true;
        break;
      case 0x3a: // :
        members += 1;
        break;
    }
  }
  return members > membersPerContainer * containers + someMembers;
}

/** Where the string ends that begins at `start`. */
export function endOfString(text: string, start: number): number {
  let quote = start;
  for (;;) {
    quote = text.indexOf('"', quote + 1);
    if (quote < 0) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === 0x5c) backslashes += 1;
    if (backslashes % 2 === 0) return quote;
  }
}
