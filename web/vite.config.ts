import { defineConfig } from "vitest/config";

// `LARDER` is the daemon that the development server passes API calls on to.
const daemon = process.env.LARDER ?? "http://127.0.0.1:5000";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  base: "./",
  build: {
    target: "es2022",
    assetsDir: "assets",
    modulePreload: { polyfill: false },
    // Data URLs would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: { proxy: { "/api": { target: daemon, ws: true }, "/v2": daemon } },
  test: { environment: "happy-dom", include: ["tests/**/*.test.{ts,tsx}"] },
});
