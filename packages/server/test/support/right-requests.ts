const stmt = {
  sql: "SELECT :a, ?2",
  named_args: [{ name: "a", value: { type: "integer", value: "1" } }],
  args: [{ type: "blob", base64: "AAAA" }],
  want_rows: true,
};
/** A batch with conditions. */
export const batch = {
  steps: [
    { stmt },
    {
      stmt: { sql: "SELECT 1" },
      condition: {
        type: "and",
        conds: [
          { type: "ok", step: 0 },
          { type: "not", cond: { type: "is_autocommit" } },
        ],
      },
    },
  ],
};
/** A request of each kind. */
export const requests = [
  { type: "execute", stmt },
  { type: "batch", batch },
  { type: "store_sql", sql_id: 1, sql: "SELECT 1" },
  { type: "sequence", sql_id: 1 },
  { type: "describe", sql: "SELECT 1" },
  { type: "close_sql", sql_id: 1 },
  { type: "get_autocommit" },
  { type: "close" },
];

/** A body that is right, for each endpoint that takes JSON. */
export const bodies: Readonly<Record<string, unknown>> = {
  // Conditions and requests that are younger than version 2 are at the end of the lists.
  "/v2/pipeline": {
    baton: null,
    requests: [
      { type: "batch", batch: { steps: batch.steps.slice(0, 1) } },
      ...requests.slice(2, 6),
    ],
  },
  "/v3/pipeline": { baton: null, requests },
  "/v3/cursor": { baton: null, batch },
  "/v1/execute": { stmt: { sql: "SELECT ?", args: [{ type: "text", value: "x" }] } },
  "/v1/batch": { batch: { steps: [{ stmt: { sql: "SELECT 1" }, condition: null }] } },
  "/": {
    statements: [
      "SELECT 1",
      { q: "SELECT ?", params: [1] },
      { q: "SELECT :a", params: { a: "x" } },
    ],
  },
};

/** `SELECT 1`, for each endpoint that takes Protobuf. */
export const protobufBodies: Readonly<Record<string, Buffer>> = {
  "/v3-protobuf/pipeline": Buffer.from("120e120c0a0a0a0853454c4543542031", "hex"),
  "/v3-protobuf/cursor": Buffer.from("120e0a0c120a0a0853454c4543542031", "hex"),
};
