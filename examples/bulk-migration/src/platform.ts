import { type ClientOptions, createClient, createPlatform } from "@logicaldb/client";
import { undiciFetch } from "@logicaldb/client/undici";

const { LOGICALDB_URL: baseUrl, LOGICALDB_TOKEN: token } = process.env;
if (!token) {
  throw new Error("set LOGICALDB_TOKEN to an API token of Turso, or paste what the server prints");
}

/** How many tenants are worked on at a time. */
export const concurrency = 16;

// Thousands of calls: `undici` takes less time for each than the global `fetch`.
const fetch = undiciFetch({ connections: concurrency });

const organization =
  process.env["LOGICALDB_ORGANIZATION"] ?? (await firstOrganization({ baseUrl, token, fetch }));
export const { databases, locations } = createPlatform({ baseUrl, token, organization, fetch });

/** Ends the connections to the platform, so that the program can end. */
export const disconnect = () => fetch.close();

/** Where new databases live: the first location that there is. */
export async function defaultLocation(): Promise<string> {
  const [location] = Object.keys(await locations.list());
  if (location === undefined) throw new Error("there are no locations");
  return location;
}

/** The first organization that the token may use. */
async function firstOrganization(options: ClientOptions): Promise<string> {
  const { organizations } = await createClient(options).GET("/v1/organizations");
  const [first] = organizations;
  if (first === undefined) throw new Error("the token may use no organization");
  return first.slug;
}
