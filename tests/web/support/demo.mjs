// The demo of `./dev demo`: real upstreams, users, policies, and traffic that goes on beside the test.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { basic } from "./daemon.mjs";

const kTests = fileURLToPath(new URL("../..", import.meta.url));

/**
 * `url` of the daemon, `admin` who may change it, `hub` and `slow`: its upstreams, `builds`: the repository of large
 * images at the slow one.
 */
export async function startDemo() {
  const process = spawn("/usr/bin/python3", ["-m", "demo", "--json"], {
    cwd: kTests,
    env: { ...globalThis.process.env, PYTHONPATH: "integration", PYTHONDONTWRITEBYTECODE: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: process.stdout });
  const [line] = await Promise.race([once(lines, "line"), once(process, "exit").then(() => [""])]);
  if (line === "") throw new Error("the demo did not start");
  const { user, password, ...rest } = JSON.parse(line);
  const admin = { user, password };
  return {
    ...rest,
    admin,
    /** A call of the management API as the admin; the answer's JSON. */
    async call(method, path, body) {
      const headers = { ...basic(admin), "Content-Type": "application/json", "If-Match": "*" };
      const response = await fetch(`${rest.url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return response.status === 204 ? undefined : response.json();
    },
    /** Has the daemon end and start again on the same port. */
    restart: () => process.kill("SIGUSR1"),
    async stop() {
      process.kill("SIGTERM");
      await once(process, "exit");
    },
  };
}
