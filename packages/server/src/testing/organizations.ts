import { createPlatform, type Platform, type PlatformOptions } from "@logicaldb/client";
import { quote } from "../platform/lookup.ts";
import type { ServerContext } from "../platform/operation.ts";
import { bodyValidator } from "../platform/validation.ts";
import { createApiToken } from "../store/api-tokens.ts";
import { createTeam } from "../store/organizations.ts";
import { generateApiToken } from "../tokens/api-token.ts";
import { forgetfulClient } from "./client.ts";
import type { TestPlatformOptions } from "./options.ts";

/** An organization for tests to work in. */
export interface TestOrganization {
  /** What paths name it by. */
  readonly slug: string;
  /** Where the Platform API is. */
  readonly url: string;
  /** A platform token that is good for this organization. */
  readonly token: string;
  /** A client of this organization. */
  readonly client: Platform;
}

/** What `organization` takes. */
export interface OrganizationInput {
  /** What paths are to name it by; one that was not there before, unless given. */
  readonly slug?: string;
}

interface Parts {
  readonly url: string;
  /** The name of the server's account. */
  readonly account: string;
  readonly context: ServerContext;
  readonly client: TestPlatformOptions["client"];
}

const validateSlug = bodyValidator({ $ref: "openapi#/components/schemas/OrganizationSlug" });

/** The organizations of a server for tests. */
export class Organizations {
  readonly #parts: Parts;
  #made = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The one of the server's account; it stays for ever, but its databases may go. */
  personal(token: string) {
    const { account } = this.#parts;
    const { client, forgetTokens } = forgetfulClient(this.#clientOptions(account, token));
    return { organization: this.#organization({ slug: account, token, client }), forgetTokens };
  }

  /**
   * Makes one with nothing in it.
   *
   * @throws Error where there is one of that slug, and ApiError where there can be none
   */
  async create({ slug = this.#newSlug() }: OrganizationInput = {}): Promise<TestOrganization> {
    const { context, account } = this.#parts;
    const checked = validateSlug(slug);
    if ("error" in checked) throw checked.error;
    const createdAt = context.now();
    const team = { slug, owner: slug, admin: account, createdAt };
    if ((await createTeam(context.store, team)) === "exists") {
      throw new Error(`There is an organization ${quote(slug)} already`);
    }
    const { id, token, hash } = generateApiToken();
    await createApiToken(context.store, { id, hash, username: slug, name: "default", createdAt });
    const client = createPlatform(this.#clientOptions(slug, token));
    return this.#organization({ slug, token, client });
  }

  #newSlug(): string {
    this.#made += 1;
    return `org-${this.#made}`;
  }

  #clientOptions(organization: string, token: string): PlatformOptions {
    return { ...this.#parts.client, baseUrl: this.#parts.url, token, organization };
  }

  #organization(own: Pick<TestOrganization, "slug" | "token" | "client">): TestOrganization {
    return { ...own, url: this.#parts.url };
  }
}
