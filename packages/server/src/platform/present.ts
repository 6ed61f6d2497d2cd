import type { Database, Instance } from "@logicaldb/contract";
import type { DatabaseSummary } from "../store/databases.ts";
import type { Instance as StoredInstance } from "../store/instances.ts";
import type { CallerContext, ServerContext } from "./operation.ts";

/** A database as the contract shows it. Client certificates are not issued here, so both are 0. */
export function presentDatabase(
  { hostnameOf }: Pick<ServerContext, "hostnameOf">,
  { id, name, label, regions }: DatabaseSummary,
): Database {
  return {
    Name: name,
    Hostname: hostnameOf(label),
    IssuedCertLimit: 0,
    IssuedCertCount: 0,
    DbId: id,
    regions: [...regions],
    primaryRegion: regions[0] ?? "",
    type: "logical",
  };
}

/** An instance as the contract shows it. */
export function presentInstance(
  { hostnameOf }: Pick<ServerContext, "hostnameOf">,
  { uuid, name, label, type, location }: StoredInstance,
): Instance {
  return { uuid, name, type, region: location, hostname: hostnameOf(label) };
}

/** Fields of 2023 that older clients still decode. Neither is good for anything. */
export function presentDeprecatedLogin({ caller }: Pick<CallerContext, "caller">) {
  return { username: caller.username, password: "" };
}
