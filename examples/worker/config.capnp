using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (
      name = "internet",
      # "private" and "local" let it reach a server on this machine.
      network = (
        allow = ["public", "private", "local"],
        tlsOptions = (trustBrowserCas = true),
      ),
    ),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "dist/worker.js")],
  compatibilityDate = "2025-01-01",
  bindings = [
    (name = "LOGICALDB_URL", fromEnvironment = "LOGICALDB_URL"),
    (name = "LOGICALDB_TOKEN", fromEnvironment = "LOGICALDB_TOKEN"),
    (name = "LOGICALDB_ORGANIZATION", fromEnvironment = "LOGICALDB_ORGANIZATION"),
  ],
);
