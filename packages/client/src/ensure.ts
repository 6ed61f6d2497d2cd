import type { CreateInstanceInput, Database, Instance, Resources } from "@logicaldb/contract";
import type { MethodOptions } from "./calls.ts";
import type { Clock } from "./clock.ts";
import { ConflictError } from "./error-classes.ts";
import { isPassing } from "./passing.ts";
import { segment } from "./path.ts";

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
    segment("db_name", name);
    const isNew = await again(() =>
      databases.create({ image: input.image, name }, options).then(
        () => true,
        // It exists, or the answer to our own request was lost. Servers differ in how they say the
        // former, so the database itself is asked.
        (problem: unknown) =>
          databases.get(name, options).then(
            () => isPassing(problem),
            (reason: unknown) => {
              throw problem instanceof ConflictError ? reason : problem;
            },
          ),
      ),
    );
    if (isNew) created(name);
    const primary =
      (!isNew && (await findPrimary(patience))) ||
      (await again(() =>
        instances.create(name, input, options).then(
          async (instance) => {
            if (instance.type === "primary") return instance;
            await instances.destroy(name, instance.name, options);
            // None is there where it has just been destroyed: then this one is missed next.
            return (await findPrimary(0)) ?? instance;
          },
          async (problem) => {
            const found = await findPrimary(problem instanceof ConflictError ? patience : 0);
            if (!found) throw problem;
            return found;
          },
        ),
      ));
    await instances.waitUntilReady(name, primary.name, options);
    return await databases.get(name, options);

    async function findPrimary(longest: number): Promise<Instance | undefined> {
      for (let delay = 0; delay <= longest; delay = 2 * delay || 100) {
        await clock.sleep(delay, options?.signal);
        const list = await instances.list(name, options);
        const found = list.find(({ type }) => type === "primary");
        if (found) return found;
      }
      return undefined;
    }

    /** Tries again what failed in passing. */
    async function again<Made>(work: () => Promise<Made>): Promise<Made> {
      for (let left = 2; ; left--) {
        try {
          return await work();
        } catch (error) {
          if (!left || !isPassing(error)) throw error;
          await clock.sleep(1_000, options?.signal);
        }
      }
    }
  };
}
