import { createPlatform } from "@logicaldb/client";

const {
  LOGICALDB_URL: baseUrl = "http://127.0.0.1:8080",
  LOGICALDB_TOKEN: token = "",
  LOGICALDB_ORGANIZATION: organization = "local",
} = process.env;

export const { databases, instances, locations } = createPlatform({
  baseUrl,
  token,
  organization,
});

/** Where new databases live: the first location that there is. */
export async function defaultLocation(): Promise<string> {
  const [location] = Object.keys(await locations.list());
  if (location === undefined) throw new Error(`${baseUrl} has no locations`);
  return location;
}
