import { type ClientOptions, createClient, createPlatform, type Platform } from "@logicaldb/client";

/** The Worker's bindings. What is not set is missing at Cloudflare, and null where workerd runs by itself. */
export interface Env {
  readonly LOGICALDB_URL?: string | null;
  readonly LOGICALDB_TOKEN?: string | null;
  readonly LOGICALDB_ORGANIZATION?: string | null;
}

const platforms = new Map<string, Platform>();

/** One for all requests that this isolate serves, so that tokens are kept between them. */
export async function platformOf(env: Env): Promise<Platform> {
  const { LOGICALDB_URL, LOGICALDB_TOKEN: token } = env;
  if (!token) {
    throw new Error(
      "set LOGICALDB_TOKEN to an API token of Turso, or paste what the server prints",
    );
  }
  const kept = platforms.get(token);
  if (kept !== undefined) return kept;
  const baseUrl = LOGICALDB_URL ?? undefined;
  const organization = env.LOGICALDB_ORGANIZATION ?? (await firstOrganization({ baseUrl, token }));
  const platform = createPlatform({ baseUrl, token, organization });
  platforms.set(token, platform);
  return platform;
}

/** The first organization that the token may use. */
async function firstOrganization(options: ClientOptions): Promise<string> {
  const { organizations } = await createClient(options).GET("/v1/organizations");
  const [first] = organizations;
  if (first === undefined) throw new Error("the token may use no organization");
  return first.slug;
}
