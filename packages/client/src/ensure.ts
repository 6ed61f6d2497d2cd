import type { CreateInstanceInput, Database, Instance, Resources } from "@logicaldb/contract";
import type { MethodOptions } from "./calls.ts";
import type { Clock } from "./clock.ts";
import { ConflictError } from "./error-classes.ts";
import type { SendOptions } from "./request.ts";

/** What `databases.ensure` takes: where the primary is created, and from which image. */
export type EnsureInput = CreateInstanceInput;

/** How long to leave the primary to whoever created the database: the longest pause, in ms. */
const patience = 1_600;

/**
 * Makes `databases.ensure`. Whoever creates the database creates its primary; all others wait for
 * it, and step in only where it does not come. Two that step in at once cannot both win: the
 * instance of the second is a replica, which it takes back.
 *
 * @param created told where it has created a database
 */
export function ensureDatabase(
  { databases, instances }: Pick<Resources<MethodOptions>, "databases" | "instances">,
  clock: Clock,
  created: (name: string) => void,
) {
  return async (name: string, input: EnsureInput, options?: MethodOptions): Promise<Database> => {
    // What a lost answer leaves behind is looked for below.
    const again: SendOptions = { ...options, mayRepeat: true };
    const isNew = await createIfMissing();
    const primary = (isNew ? undefined : await findPrimary()) ?? (await createPrimary());
    await instances.waitUntilReady(name, primary.name, options);
    return await databases.get(name, options);

    async function createIfMissing(): Promise<boolean> {
      try {
        const { location: _, ...rest } = input;
        await databases.create({ ...rest, name }, again);
        created(name);
        return true;
      } catch (error) {
        // It exists, or the answer to our own request was lost. Servers differ in how they say the
        // former, so the database itself is asked.
        await databases.get(name, options).catch(() => {
          throw error;
        });
        return false;
      }
    }

    async function findPrimary(): Promise<Instance | undefined> {
      for (let delay = 0; delay <= patience; delay = 2 * delay || 100) {
        if (delay > 0) await clock.sleep(delay, options?.signal);
        const list = await instances.list(name, options);
        const found = list.find(({ type }) => type === "primary");
        if (found !== undefined) return found;
      }
      return undefined;
    }

    async function createPrimary(): Promise<Instance> {
      let conflict: unknown;
      try {
        const instance = await instances.create(name, input, again);
        if (instance.type === "primary") return instance;
        await instances.destroy(name, instance.name, options);
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
        conflict = error;
      }
      const winner = await findPrimary();
      if (winner === undefined) throw conflict ?? new Error("no primary");
      return winner;
    }
  };
}
