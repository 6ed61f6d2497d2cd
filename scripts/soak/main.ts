import { soak, verdict } from "./soak.ts";

/** `pnpm soak [kills]`: ends engine processes under write load, and looks what became of the data. */
const kills = Number(process.argv[2] ?? 1_000);
if (!Number.isInteger(kills) || kills < 1) throw new Error("pnpm soak [kills], such as 1000");

const step = Math.max(1, Math.floor(kills / 20));
const report = await soak(kills, (done, acknowledged) => {
  if (done % step === 0)
    console.log(`${done} of ${kills} kills, ${acknowledged} rows acknowledged`);
});
console.log(verdict(report));
process.exitCode = report.faults.length === 0 ? 0 : 1;
