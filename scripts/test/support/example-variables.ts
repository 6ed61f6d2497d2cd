/**
 * Lists databases with what an example makes of its variables, for each example and each set of
 * variables in the argument, and prints the errors. A process of its own: names have no addresses
 * in it, so that nothing leaves this machine, and pauses before a further attempt are none.
 */
import dns from "node:dns";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import type { Platform } from "@logicaldb/client";
import { asRecord } from "../../lib/json.ts";
import { fromRoot } from "../../lib/root.ts";

/** What `src/platform.ts` of an example exports: of the Worker, a function of its bindings. */
type PlatformModule =
  | Pick<Platform, "databases">
  | { platformOf(env: Readonly<Record<string, unknown>>): Promise<Platform> };

Object.assign(dns, {
  lookup: (name: string, _options: unknown, done: (error: Error) => void) =>
    done(new Error(`no address: ${name}`)),
});
Math.random = () => 0;

const [sets = "", ...examples] = process.argv.slice(2);
const errors: Record<string, Record<string, string>> = {};
for (const [name, variables] of Object.entries(asRecord(JSON.parse(sets), "the sets"))) {
  const set = asRecord(variables, name);
  for (const example of examples) {
    const error = await listDatabases(example, name, set).catch((reason: unknown) => reason);
    (errors[example] ??= {})[name] = inspect(error);
  }
}
console.log(JSON.stringify(errors));

async function listDatabases(
  example: string,
  name: string,
  set: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  // As workerd binds what is not set.
  const bindings = { LOGICALDB_URL: null, LOGICALDB_ORGANIZATION: null, ...set };
  for (const variable of Object.keys(process.env)) {
    if (variable.startsWith("LOGICALDB_")) delete process.env[variable];
  }
  Object.assign(process.env, set);
  // Another query is another module, which reads the variables anew.
  const file = pathToFileURL(fromRoot(`examples/${example}/src/platform.ts`));
  const module: PlatformModule = await import(`${file.href}?${name}`);
  const { databases } = "platformOf" in module ? await module.platformOf(bindings) : module;
  return await databases.list();
}
