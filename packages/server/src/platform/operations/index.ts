import type { OperationId } from "@logicaldb/contract";
import { listDatabases } from "./listDatabases.ts";
import { createDatabase } from "./createDatabase.ts";
import { getDatabase } from "./getDatabase.ts";
import { destroyDatabase } from "./destroyDatabase.ts";
import { updateDatabase } from "./updateDatabase.ts";
import { mintDatabaseToken } from "./mintDatabaseToken.ts";
import { invalidateDatabaseTokens } from "./invalidateDatabaseTokens.ts";
import { listInstances } from "./listInstances.ts";
import { createInstance } from "./createInstance.ts";
import { getInstance } from "./getInstance.ts";
import { destroyInstance } from "./destroyInstance.ts";
import { waitForInstance } from "./waitForInstance.ts";
import { listOrganizations } from "./listOrganizations.ts";
import { listOrganizationMembers } from "./listOrganizationMembers.ts";
import { listLocations } from "./listLocations.ts";
import { listApiTokens } from "./listApiTokens.ts";
import { mintApiToken } from "./mintApiToken.ts";
import { revokeApiToken } from "./revokeApiToken.ts";
import { validateApiToken } from "./validateApiToken.ts";
import { getHealth } from "./getHealth.ts";
import { setFault } from "./setFault.ts";
import { clearFaults } from "./clearFaults.ts";
import type { Handler } from "../operation.ts";

/** Every operation of the contract; one that is missing does not compile. */
export const operations = {
  listDatabases,
  createDatabase,
  getDatabase,
  destroyDatabase,
  updateDatabase,
  mintDatabaseToken,
  invalidateDatabaseTokens,
  listInstances,
  createInstance,
  getInstance,
  destroyInstance,
  waitForInstance,
  listOrganizations,
  listOrganizationMembers,
  listLocations,
  listApiTokens,
  mintApiToken,
  revokeApiToken,
  validateApiToken,
  getHealth,
  setFault,
  clearFaults,
} satisfies { [Id in OperationId]: Handler<Id> };
