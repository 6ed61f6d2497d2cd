/** A name from outside in a sentence: names may hold anything, and be very long. */
export function quote(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}
