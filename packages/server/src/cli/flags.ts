import { messageOf } from "../tools/message-of.ts";
import { InvalidArgumentError, Option } from "commander";
import { parseDuration } from "./duration.ts";
import { textRules } from "../options/check.ts";

const prefix = "LOGICALDB_";

/** A flag that can be set by an environment variable of the same name too. */
export function flag(flags: string, description: string): Option {
  const option = new Option(flags, description);
  return option.env(prefix + option.name().replaceAll("-", "_").toUpperCase());
}

/** A variable that is empty counts as not set: what fills in a file of variables leaves such ones. */
export function dropEmptyVariables(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(env)) {
    if (name.startsWith(prefix) && env[name] === "") delete env[name];
  }
}

/** Variables for clients: a shell may have them that starts a server. */
const clientsVariables = new Set([`${prefix}URL`, `${prefix}ORGANIZATION`]);

/** The variables that look like settings, and are none: mistyped ones would be ignored in silence. */
export function unknownVariables(env: NodeJS.ProcessEnv, options: readonly Option[]): string[] {
  const known = new Set(options.map(({ envVar }) => envVar));
  return Object.keys(env).filter(
    (name) => name.startsWith(prefix) && !known.has(name) && !clientsVariables.has(name),
  );
}

/** A flag that is on or off. */
export function toggle(name: string, description: string): Option {
  return flag(`${name} [boolean]`, description).preset("true").argParser(isOn);
}

export function someText(text: string): string {
  if (text.trim() !== "") return text;
  throw new InvalidArgumentError("It is empty.");
}

export function portNumber(text: string): number {
  const port = Number(text);
  if (/^[0-9]+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("A port is a number from 0 to 65535.");
}

export function positiveInteger(text: string): number {
  const number = Number(text);
  if (/^[0-9]+$/.test(text) && Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError("Write a whole number above 0.");
}

/** Reads a text of which the options have a rule. */
export function textOf(name: keyof typeof textRules): (text: string) => string {
  const { pattern, rule } = textRules[name];
  return (text) => {
    if (pattern.test(text)) return text;
    throw new InvalidArgumentError(`${rule.charAt(0).toUpperCase()}${rule.slice(1)}.`);
  };
}

/** @returns milliseconds */
export function duration(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}

const on = new Set(["1", "true", "yes", "on"]);
const off = new Set(["0", "false", "no", "off"]);

function isOn(text: string): boolean {
  const word = text.toLowerCase();
  if (on.has(word)) return true;
  if (off.has(word)) return false;
  throw new InvalidArgumentError("Write true or false.");
}
