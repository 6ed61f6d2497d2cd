import { messageOf } from "../tools/message-of.ts";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { inspect } from "node:util";
import type { Engine } from "../engine/engine.ts";
import { schemasOf } from "../platform/contract.ts";
import { ApiError } from "../platform/errors.ts";
import type { OrganizationContext } from "../platform/operation.ts";
import { operations } from "../platform/operations/index.ts";
import { noOrganization } from "../platform/context.ts";
import { bodyValidator } from "../platform/validation.ts";
import { isOrphan } from "../store/conflicts.ts";
import type { ReadyDatabase } from "../store/ready-databases.ts";
import { generateSigningKey, mintDatabaseToken } from "../tokens/database-token.ts";
import { type DatabaseFiles, pathOf, templatePath } from "./database-files.ts";
import { asClientsError } from "./refusal.ts";
import { runSql } from "./run-sql.ts";
import type { Seed, Template } from "./seeds.ts";
import type { TestDatabase } from "./test-database.ts";
import type { StoredTogether } from "./together.ts";

const validateBody = bodyValidator(schemasOf("createDatabase").body ?? {});
const everything = { access: "full-access", expiration: { kind: "never" } } as const;

/** What databases are made with, besides what operations have. */
export interface Workshop {
  readonly files: DatabaseFiles;
  readonly together: StoredTogether;
  /** @throws Error once the server has been stopped */
  readonly refuseStopped: () => void;
}

/**
 * Makes a database with its primary, filled, and a token for it. One that could not be filled is
 * destroyed.
 *
 * @throws the client's ApiError where the API would refuse it, and Error where the seed fails, or the
 *   server has been stopped
 */
export async function createDatabase(
  context: OrganizationContext,
  workshop: Workshop,
  name: string,
  seed: Seed = "",
): Promise<TestDatabase> {
  workshop.refuseStopped();
  checkSeed(seed);
  const checked = validateBody({ name });
  if ("error" in checked) throw await asClientsError(checked.error);
  const { engine, now, hostnameOf, minted } = context;
  const id = randomUUID();
  const signingKey = await generateSigningKey();
  await createStorage(context, workshop, id, seed);
  const { label } = await store(context, workshop, { id, name, signingKey });
  const token = mintDatabaseToken(signingKey, {
    ...everything,
    databaseId: id,
    now: now(),
  });
  minted(token);
  const made = { name, id, url: `http://${hostnameOf(label)}`, authToken: token.token };
  try {
    await fill(engine, made, seed);
  } catch (error) {
    await destroy(context, name).catch(() => undefined);
    throw error;
  }
  return made;
}

/** Storage comes first, so that a database that anybody can see has it. */
async function createStorage(
  { engine }: OrganizationContext,
  { files }: Workshop,
  id: string,
  seed: Seed,
): Promise<void> {
  if (typeof seed === "object" && "template" in seed) await files.copyTemplate(seed.template, id);
  else if (typeof seed === "object" && "databaseFile" in seed) {
    await files.copyFile(seed.databaseFile, id);
  } else await engine.create(id);
}

async function store(
  { engine, organization, now }: OrganizationContext,
  { together }: Workshop,
  database: Pick<ReadyDatabase, "id" | "name" | "signingKey">,
): Promise<{ readonly label: string }> {
  const { slug } = organization;
  const own = { organization: slug, location: "local", instanceUuid: randomUUID() };
  let problem: unknown;
  try {
    const stored = await together.create({ ...database, ...own, createdAt: now() });
    if (stored !== "exists") return stored;
    problem = new ApiError("database_exists", "database with same name already exists");
  } catch (error) {
    problem = isOrphan(error) ? noOrganization(slug) : error;
  }
  await engine.destroy(database.id);
  throw await asClientsError(problem);
}

async function destroy(context: OrganizationContext, name: string): Promise<void> {
  const path = { org_slug: context.organization.slug, db_name: name };
  await operations.destroyDatabase(context, { path, query: {}, body: undefined });
}

/**
 * Fills a database once, for many copies.
 *
 * @param context an organization that nobody else uses
 * @throws Error where the seed fails
 */
export async function createTemplate(
  context: OrganizationContext,
  workshop: Workshop,
  dataDir: string,
  seed: Seed,
): Promise<Template> {
  const name = randomUUID();
  const { id } = await createDatabase(context, workshop, name, seed);
  // There is no engine any more that could answer.
  workshop.refuseStopped();
  // A transaction that the seed left open is not part of it.
  await context.engine.endSessions(id);
  const template = templatePath(dataDir, name);
  await workshop.files.makeTemplate(id, template);
  await destroy(context, name);
  return { template };
}

async function fill(
  engine: Pick<Engine, "request">,
  database: TestDatabase,
  seed: Seed,
): Promise<void> {
  if (typeof seed === "function") await seed(database);
  else if (typeof seed === "string") await runText(seed);
  else if ("sqlFile" in seed) {
    const sql = await readFile(pathOf(seed.sqlFile), "utf8");
    await runText(sql).catch((cause: unknown) => {
      throw new Error(`${String(seed.sqlFile)}: ${messageOf(cause)}`, { cause });
    });
    // What cannot be served is told now, and not by the first query.
  } else if ("databaseFile" in seed) await runText("SELECT 1");

  async function runText(sql: string): Promise<void> {
    if (sql !== "") await runSql(engine, database.id, sql);
  }
}

/** Programs in plain JavaScript can give anything. */
function checkSeed(seed: unknown): void {
  if (typeof seed === "string" || typeof seed === "function") return;
  const kinds = ["sqlFile", "databaseFile", "template"];
  if (typeof seed === "object" && seed !== null && kinds.some((kind) => kind in seed)) return;
  throw new TypeError(
    `A seed is SQL text, { sqlFile }, { databaseFile }, a function or a template, and not ${inspect(seed)}`,
  );
}
