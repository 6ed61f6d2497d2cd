import { attempt, createPlatform, DatabaseExistsError } from "@logicaldb/client";

/** Where a program runs to. */
export interface Target {
  readonly baseUrl: string;
  readonly token: string;
  /** A name that no other runtime uses. */
  readonly name: string;
}

/** Uses the client as a program would, and says what came of it. It is bundled for each runtime. */
export async function program({ baseUrl, token, name }: Target): Promise<unknown> {
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
  const absent = createPlatform({ ...options, baseUrl: "http://127.0.0.1:1", retries: 0 });
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
    absent: (await attempt(absent.locations.list())).error?.name,
    aborted: await aborted,
    destroyed: await databases.destroy(name),
  };
}

const never = new Promise<never>(() => {});
