import { and, asc, eq, sql } from "drizzle-orm";
import type { MemberRole, OrganizationType } from "@logicaldb/contract";
import { isConflictIn } from "./conflicts.ts";
import type { Store } from "./store.ts";
import { prepared } from "./prepared.ts";
import { accounts, members, organizations } from "./schema.ts";

export interface Organization {
  readonly slug: string;
  readonly name: string;
  readonly type: OrganizationType;
}

export interface Member {
  readonly username: string;
  readonly role: MemberRole;
}

interface NewTeam {
  readonly slug: string;
  readonly owner: string;
  readonly admins: readonly string[];
  readonly createdAt: number;
}

/**
 * Makes the account and its personal organization, whose slug is the account's name, unless they
 * are there.
 *
 * @param now milliseconds since 1970
 */
export async function ensurePersonalOrganization(
  { db }: Store,
  username: string,
  now: number,
): Promise<void> {
  const slug = username;
  await db.batch([
    db.insert(accounts).values({ username, createdAt: now }).onConflictDoNothing(),
    db
      .insert(organizations)
      .values({ slug, name: username, type: "personal", createdAt: now })
      .onConflictDoNothing(),
    db
      .insert(members)
      .values({ organization: slug, username, role: "owner" })
      .onConflictDoNothing(),
  ]);
}

/**
 * Makes an account and a team that it owns.
 *
 * @param team `owner` is the new account, `admins` are some that are there; `createdAt` is in milliseconds
 *   since 1970
 * @returns "exists" when there is such an organization
 */
export async function createTeam(
  { db }: Store,
  { slug, owner, admins, createdAt }: NewTeam,
): Promise<"created" | "exists"> {
  try {
    await db.batch([
      db.insert(organizations).values({ slug, name: slug, type: "team", createdAt }),
      db.insert(accounts).values({ username: owner, createdAt }).onConflictDoNothing(),
      db
        .insert(members)
        .values([
          { organization: slug, username: owner, role: "owner" },
          ...admins.map((username) => ({ organization: slug, username, role: "admin" as const })),
        ]),
    ]);
    return "created";
  } catch (error) {
    if (isConflictIn("organizations", error)) return "exists";
    throw error;
  }
}

const organizationWithRole = prepared((db) =>
  db
    .select({
      slug: organizations.slug,
      name: organizations.name,
      type: organizations.type,
      role: members.role,
    })
    .from(organizations)
    .leftJoin(
      members,
      and(
        eq(members.organization, organizations.slug),
        eq(members.username, sql.placeholder("username")),
      ),
    )
    .where(eq(organizations.slug, sql.placeholder("slug")))
    .prepare(),
);

/**
 * An organization as one account sees it.
 *
 * @returns undefined when there is no such organization; `role` is null for an account that is not
 *   a member
 */
export async function findOrganization(
  store: Store,
  slug: string,
  username: string,
): Promise<{ readonly organization: Organization; readonly role: MemberRole | null } | undefined> {
  const [row] = await organizationWithRole(store).all({ slug, username });
  if (row === undefined) return undefined;
  const { role, ...organization } = row;
  return { organization, role };
}

/** The organizations of one account: the personal one, then teams in ascending order of slug. */
export async function listOrganizations({ db }: Store, username: string): Promise<Organization[]> {
  return await db
    .select({ slug: organizations.slug, name: organizations.name, type: organizations.type })
    .from(members)
    .innerJoin(organizations, eq(organizations.slug, members.organization))
    .where(eq(members.username, username))
    .orderBy(sql`${organizations.type} <> 'personal'`, asc(organizations.slug));
}

/** The members of an organization in ascending order of username. */
export async function listMembers({ db }: Store, slug: string): Promise<Member[]> {
  return await db
    .select({ username: members.username, role: members.role })
    .from(members)
    .where(eq(members.organization, slug))
    .orderBy(asc(members.username));
}
