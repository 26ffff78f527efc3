import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const origin = process.env.KESHER_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "/",
  plugins: [react()],
  server: { host: "127.0.0.1", proxy: { "/v1": origin } },
  // ECharts is one lazy chunk of its own and larger than the default warning.
  build: { target: "es2022", chunkSizeWarningLimit: 700 },
  test: { restoreMocks: true },
});
