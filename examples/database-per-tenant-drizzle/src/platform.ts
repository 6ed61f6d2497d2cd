import { type ClientOptions, createClient, createPlatform } from "@logicaldb/client";

const { LOGICALDB_URL: baseUrl, LOGICALDB_TOKEN: token } = process.env;
if (!token) {
  throw new Error("set LOGICALDB_TOKEN to an API token of Turso, or paste what the server prints");
}

const organization =
  process.env["LOGICALDB_ORGANIZATION"] ?? (await firstOrganization({ baseUrl, token }));
export const { databases, locations } = createPlatform({ baseUrl, token, organization });

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
