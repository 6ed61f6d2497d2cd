import { createPlatform } from "@logicaldb/client";
import { undiciFetch } from "@logicaldb/client/undici";

const {
  LOGICALDB_URL: baseUrl = "http://127.0.0.1:8080",
  LOGICALDB_TOKEN: token = "",
  LOGICALDB_ORGANIZATION: organization = "local",
} = process.env;

/** How many tenants are worked on at a time. */
export const concurrency = 16;

// Thousands of calls: `undici` takes less time for each than the global `fetch`.
const fetch = undiciFetch({ connections: concurrency });

export const { databases, locations } = createPlatform({ baseUrl, token, organization, fetch });

/** Ends the connections to the platform, so that the program can end. */
export const disconnect = () => fetch.close();

/** Where new databases live: the first location that there is. */
export async function defaultLocation(): Promise<string> {
  const [location] = Object.keys(await locations.list());
  if (location === undefined) throw new Error(`${baseUrl} has no locations`);
  return location;
}
