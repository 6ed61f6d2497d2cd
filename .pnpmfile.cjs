/** Of a binding that comes for two C libraries, only that of this machine is installed. */
module.exports.hooks = {
  readPackage: (manifest) => {
    const [, libc] = /^@libsql\/linux-\w+-(gnu|musl)$/.exec(manifest.name ?? "") ?? [];
    if (libc !== undefined) manifest.libc = [libc === "gnu" ? "glibc" : "musl"];
    return manifest;
  },
};
