// A real larderd in a directory of its own, on a free port.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export const admin = { user: "alice", password: "correct horse" };

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** One rule that takes every name from `upstream` on demand. */
export function mirrorOf(upstream) {
  return {
    urls: [upstream.url],
    onDemand: true,
    tlsVerify: false,
    content: [{ prefix: "**" }],
  };
}

function configuration(directory, port, { rules, locked, open, credentials, trustedProxies }) {
  return {
    distSpecVersion: "1.1.1",
    storage: { rootDirectory: join(directory, "data") },
    http: {
      address: "127.0.0.1",
      port: String(port),
      ...(locked && {
        auth: { htpasswd: { path: join(directory, "htpasswd") }, failDelay: 1 },
        accessControl: {
          repositories: {
            "**": { defaultPolicy: ["read"], anonymousPolicy: [] },
          },
          adminPolicy: {
            users: [admin.user],
            actions: ["read", "create", "update", "delete"],
          },
        },
      }),
    },
    log: { level: "info", audit: join(directory, "audit.log") },
    extensions: {
      metrics: { enable: true },
      sync: {
        enable: true,
        registries: rules,
        ...(credentials && { credentialsFile: join(directory, "credentials.json") }),
      },
    },
    larder: { management: { open, trustedProxies } },
  };
}

/**
 * Options: `rules` of the sync extension; `locked`: with users, the one admin among them; `open`: whoever calls is
 * an admin where there are no users; `store`: a directory of OCI layouts to begin with; `credentials`: with a file of
 * them for upstreams; `trustedProxies`: whose word counts on who asks and below what prefix.
 */
export async function startDaemon({
  rules = [],
  locked = false,
  open = !locked,
  store,
  credentials = false,
  trustedProxies = [],
} = {}) {
  const directory = mkdtempSync(join(tmpdir(), "larder-web-"));
  const port = await freePort();
  const config = join(directory, "config.json");
  writeFileSync(
    config,
    JSON.stringify(configuration(directory, port, { rules, locked, open, credentials, trustedProxies }), null, 2),
  );
  if (credentials) writeFileSync(join(directory, "credentials.json"), "{}");
  if (locked) {
    writeFileSync(
      join(directory, "htpasswd"),
      execFileSync("htpasswd", ["-nbB", "-C", "5", admin.user, admin.password]),
    );
  }
  if (store)
    execFileSync(process.env.LARDERD, ["import", store, "--config", config], {
      stdio: "ignore",
    });
  const daemon = {
    url: `http://127.0.0.1:${port}`,
    directory,
    config,
    process: null,
    async start() {
      const log = openSync(join(directory, "larderd.log"), "a");
      this.process = spawn(process.env.LARDERD, ["serve", config], {
        stdio: ["ignore", log, log],
      });
      for (let attempt = 0; attempt < 200; attempt++) {
        if (this.process.exitCode !== null) break;
        const ready = await fetch(`${this.url}/readyz`).catch(() => null);
        if (ready?.ok) return this;
        await sleep(50);
      }
      throw new Error(`larderd did not get ready:\n${this.log()}`);
    },
    async stop() {
      if (this.process.exitCode === null && this.process.signalCode === null) {
        this.process.kill("SIGTERM");
        await once(this.process, "exit");
      }
    },
    /** Stops it in its tracks: connections stay open, and nothing answers. */
    freeze() {
      this.process.kill("SIGSTOP");
    },
    thaw() {
      this.process.kill("SIGCONT");
    },
    async kill() {
      this.process.kill("SIGKILL");
      await once(this.process, "exit");
    },
    async remove() {
      this.thaw();
      await this.stop();
      rmSync(directory, { recursive: true, force: true });
    },
    /** The daemon's own, where nobody can log in. */
    token() {
      const tokens = join(directory, "data/_larder/tokens");
      return readFileSync(join(tokens, readdirSync(tokens)[0]), "utf8").trim();
    },
    log: () => readFileSync(join(directory, "larderd.log"), "utf8"),
  };
  return daemon.start();
}

export function basic({ user, password }) {
  return {
    Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
  };
}

/** Pulls an image as a client does; the digests of its layers. Fails with the status that was answered. */
export async function pull(daemon, name, reference, { headers = {}, query = "" } = {}) {
  const get = async (path) => {
    const response = await fetch(`${daemon.url}/v2/${path}${query}`, {
      headers,
    });
    const body = await response.arrayBuffer();
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return Buffer.from(body);
  };
  const manifest = JSON.parse(await get(`${name}/manifests/${reference}`));
  for (const blob of [manifest.config, ...manifest.layers]) await get(`${name}/blobs/${blob.digest}`);
  return manifest.layers.map((layer) => layer.digest);
}
