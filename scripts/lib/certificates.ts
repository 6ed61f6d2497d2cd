const read = "NODE_EXTRA_CA_CERTS";
const kept = "CA_CERTS_FOR_PACKAGE_MANAGERS";

/**
 * Keeps additional certificates, where there are any, from the processes that this one starts. Node
 * reads them before all else, for longer than the rest of its start takes, and of the hundreds that
 * tests start only package managers need them.
 */
export function keepCertificates(): void {
  const certificates = process.env[read];
  if (certificates === undefined) return;
  process.env[kept] = certificates;
  delete process.env[read];
}

/** The environment of a package manager, which goes beyond this machine. */
export function packageManagerEnvironment(): NodeJS.ProcessEnv {
  const { [kept]: certificates, ...others } = process.env;
  return certificates === undefined ? others : { ...others, [read]: certificates };
}
