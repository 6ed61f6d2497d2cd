import { randomUUID } from "node:crypto";
import { createPlatform, type PlatformOptions } from "@logicaldb/client";
import type { OrganizationType } from "@logicaldb/contract";
import { requireFaults } from "../platform/faults.ts";
import { quote } from "../platform/quote.ts";
import type { OrganizationContext, ServerContext } from "../platform/operation.ts";
import { bodyValidator } from "../platform/validation.ts";
import { createApiToken } from "../store/api-tokens.ts";
import { createTeam, findOrganization } from "../store/organizations.ts";
import { generateApiToken } from "../tokens/api-token.ts";
import { forgetfulClient } from "./client.ts";
import { createDatabase, createTemplate, type Workshop } from "./databases.ts";
import { testFaults } from "./faults.ts";
import { asMistake } from "./refusal.ts";
import type { Seed, Template } from "./seeds.ts";
import type { OrganizationInput, TestOrganization } from "./test-organization.ts";

interface Parts {
  readonly url: string;
  /** The name of the server's account. */
  readonly account: string;
  readonly context: ServerContext;
  readonly workshop: Workshop;
  /** What all clients are made with. */
  readonly client: Omit<Partial<PlatformOptions>, "baseUrl" | "token" | "organization">;
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
    const context = this.#context(account, account, "personal");
    return { organization: this.#organization(context, { token, client }), forgetTokens };
  }

  /**
   * Makes one with nothing in it.
   *
   * @throws Error where there is one of that slug, and TypeError where there can be none
   */
  async create(input: OrganizationInput = {}): Promise<TestOrganization> {
    const { context, workshop } = this.#parts;
    workshop.refuseStopped();
    const slug = await this.#createOrganization(input.slug);
    const { id, token, hash } = generateApiToken();
    const stored = { id, hash, username: slug, name: "default", createdAt: context.now() };
    await createApiToken(context.store, stored);
    const client = createPlatform(this.#clientOptions(slug, token));
    return this.#organization(this.#context(slug, slug, "team"), { token, client });
  }

  /**
   * Makes a template, in an organization that no account knows of.
   *
   * @throws Error where the seed fails, or a reset takes the organization away meanwhile
   */
  async createTemplate(dataDir: string, seed: Seed): Promise<Template> {
    this.#parts.workshop.refuseStopped();
    const slug = `template-${randomUUID()}`;
    await this.#createTeam(slug, []);
    const context = this.#context(slug, slug, "team");
    try {
      return await createTemplate(context, this.#parts.workshop, dataDir, seed);
    } catch (cause) {
      // One that has been stopped cannot tell, and its own error does.
      const found = await findOrganization(context.store, slug, slug).catch(() => "unknown");
      if (found !== undefined) throw cause;
      const advice = "make templates before tests that reset, or make this one again";
      throw new Error(`A reset came while this template was made; ${advice}`, { cause });
    }
  }

  /** @param wanted the slug; one of its own where it is undefined */
  async #createOrganization(wanted: string | undefined): Promise<string> {
    const admins = [this.#parts.account];
    if (wanted === undefined) {
      let slug: string;
      do {
        this.#made += 1;
        slug = `org-${this.#made}`;
      } while (!(await this.#createTeam(slug, admins)));
      return slug;
    }
    const checked = validateSlug(wanted);
    if ("error" in checked) throw asMistake(checked.error);
    if (await this.#createTeam(wanted, admins)) return wanted;
    throw new Error(`There is an organization ${quote(wanted)} already`);
  }

  /** False where there is one of that slug. */
  async #createTeam(slug: string, admins: readonly string[]): Promise<boolean> {
    const { store, now } = this.#parts.context;
    const team = { slug, owner: slug, admins, createdAt: now() };
    return (await createTeam(store, team)) === "created";
  }

  /** What the operations see where `username` calls. */
  #context(slug: string, username: string, type: OrganizationType): OrganizationContext {
    const organization = { slug, name: slug, type };
    return { ...this.#parts.context, caller: { username }, organization };
  }

  #clientOptions(organization: string, token: string): PlatformOptions {
    return { ...this.#parts.client, baseUrl: this.#parts.url, token, organization };
  }

  #organization(
    context: OrganizationContext,
    own: Pick<TestOrganization, "token" | "client">,
  ): TestOrganization {
    const { url, workshop } = this.#parts;
    const { slug } = context.organization;
    return {
      ...own,
      slug,
      url,
      faults: testFaults(requireFaults(context.faults), slug),
      createDatabase: (name, seed) => createDatabase(context, workshop, name, seed),
    };
  }
}
