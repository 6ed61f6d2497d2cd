import { defineConfig } from "prisma/config";

// `generate` wants the engine of `prisma migrate` to be there, and does not use it. This spares the
// download: any file will do.
process.env["PRISMA_SCHEMA_ENGINE_BINARY"] ??= process.execPath;

export default defineConfig({ schema: "prisma/schema.prisma" });
