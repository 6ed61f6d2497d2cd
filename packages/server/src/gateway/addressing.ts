import { lookup } from "node:dns/promises";
import { reservedLabel } from "../store/labels.ts";

/** How `Hostname` names a database; the server accepts both ways always. */
export type AddressingMode = "host" | "path";

/** What a request is for. */
export type Target =
  | { readonly kind: "platform" }
  /** `path` is what follows the database's address, from its slash on. */
  | { readonly kind: "database"; readonly label: string; readonly path: string };

const labelPattern = /^[a-z0-9][a-z0-9-]{1,62}$/;
const platform: Target = { kind: "platform" };

/** Knows the addresses of databases: gives them out, and finds the database a request is for. */
export class Addressing {
  readonly #mode: AddressingMode;
  readonly #authority: string;
  readonly #suffixes: readonly string[];

  /**
   * @param authority the domain below which databases have their names (`host`), or the host that
   *   serves them (`path`), with the port where clients need one
   */
  constructor(mode: AddressingMode, authority: string) {
    this.#mode = mode;
    this.#authority = authority;
    this.#suffixes = [...new Set([`.${withoutPort(authority).toLowerCase()}`, ".localhost"])];
  }

  /** The `Hostname` of the database or instance with this label. */
  hostnameOf(label: string): string {
    return this.#mode === "host" ? `${label}.${this.#authority}` : `${this.#authority}/${label}/`;
  }

  /**
   * What a request is for.
   *
   * @param host its Host header
   * @param url its request target
   */
  locate(host: string | undefined, url: string): Target {
    const { authority = host, target } = splitTarget(url);
    const path = withoutQuery(target);
    const name = authority === undefined ? "" : withoutPort(authority).toLowerCase();
    for (const suffix of this.#suffixes) {
      if (!name.endsWith(suffix)) continue;
      const label = name.slice(0, -suffix.length);
      if (isLabel(label)) return { kind: "database", label, path };
    }
    const slash = path.indexOf("/", 1);
    const segment = path.slice(1, slash < 0 ? undefined : slash);
    if (!isLabel(segment) || segment === reservedLabel) return platform;
    // `Hostname` ends in a slash, and some clients put another one behind it.
    const rest = slash < 0 ? "/" : path.slice(slash).replace(/^\/+/, "/");
    return { kind: "database", label: segment, path: rest };
  }
}

/** A request target may be a whole URL, whose host counts (RFC 9112, 3.2.2). */
export function splitTarget(url: string): { readonly authority?: string; readonly target: string } {
  if (url.startsWith("/")) return { target: url };
  const [, authority, target = ""] = /^https?:\/\/([^/?]+)(.*)$/i.exec(url) ?? [];
  if (authority === undefined) return { target: url };
  return { authority, target: target.startsWith("/") ? target : `/${target}` };
}

/** Labels of databases and instances have a dash; nothing else that the server serves does. */
function isLabel(name: string): boolean {
  return name.includes("-") && labelPattern.test(name);
}

/** What stands behind the question mark of a URL; nothing where there is none. */
export function queryOf(url: string): string {
  const query = url.indexOf("?");
  return query < 0 ? "" : url.slice(query + 1);
}

function withoutQuery(url: string): string {
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}

function withoutPort(authority: string): string {
  return authority.replace(/:[0-9]*$/, "");
}

/** Whether names below `localhost` lead to this machine: a matter of its resolver. */
export async function resolvesLocalhostNames(): Promise<boolean> {
  try {
    const { address } = await lookup("logicaldb-probe.localhost");
    return address === "127.0.0.1" || address === "::1";
  } catch {
    return false;
  }
}
