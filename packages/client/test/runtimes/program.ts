import { attempt, createPlatform, DatabaseExistsError } from "@logicaldb/client";

/** Where a program runs to. */
export interface Target {
  readonly baseUrl: string;
  readonly token: string;
  /** Where nothing listens. */
  readonly deadUrl: string;
  /** A name that no other runtime uses. */
  readonly name: string;
}

/** Uses the client as a program would, and says what came of it. It is bundled for each runtime. */
export async function program({ baseUrl, token, deadUrl, name }: Target): Promise<unknown> {
  const options = { baseUrl, token, organization: "local" };
  const { databases, locations } = createPlatform(options);
  const { primaryRegion } = await databases.ensure(name, { location: "local" });
  const again = await attempt(databases.create({ name }));
  const { url, authToken } = await databases.connect(name, { expiration: "1h" });
  const answer = await fetch(`${url}v2/pipeline`, {
    method: "POST",
    headers: { Authorization: `Bearer ${authToken}` },
    body: '{"requests":[{"type":"execute","stmt":{"sql":"SELECT 42"}}]}',
  });
  const names: string[] = [];
  for await (const { Name } of databases.iterate({ limit: 1 })) names.push(Name);
  const silent = createPlatform({ ...options, timeout: 20, retries: 0, fetch: () => never });
  let repeated = 0;
  const absent = createPlatform({
    ...options,
    baseUrl: deadUrl,
    onRetry: () => void repeated++,
    clock: { now: Date.now, random: () => 0, sleep: async () => {} },
  });
  const controller = new AbortController();
  const { signal } = controller;
  const aborted = locations.list({ signal }).catch((reason: unknown) => reason);
  controller.abort("stop");
  return {
    primaryRegion,
    exists: again.error instanceof DatabaseExistsError && again.error.code,
    rows: (await answer.text()).includes('"42"'),
    listed: names.includes(name),
    silent: (await attempt(silent.locations.list())).error?.name,
    absent: (await attempt(absent.databases.create({ name }))).error?.name,
    repeated,
    aborted: await aborted,
    destroyed: await databases.destroy(name),
  };
}

const never = new Promise<never>(() => {});
