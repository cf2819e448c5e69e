// A real nginx that takes prefixes off, each before a daemon.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./daemon.mjs";

function locationOf(prefix, daemon) {
  return `location ${prefix}/ {
      proxy_pass ${daemon.url}/;
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header X-Forwarded-Prefix ${prefix};
    }`;
}

function settingsOf(directory, port, daemons) {
  const kept = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${directory}/${kind};`,
  );
  const locations = Object.entries(daemons).map(([prefix, daemon]) => locationOf(prefix, daemon));
  return `daemon off; ${process.getuid() === 0 ? "user root;" : ""} pid ${directory}/pid; error_log ${directory}/error.log;
events { worker_connections 256; }
http {
  ${kept.join(" ")} access_log off;
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }
  server { listen 127.0.0.1:${port}; ${locations.join("\n")} }
}
`;
}

/** `daemons` by their prefixes. */
export async function startNginx(daemons) {
  const directory = mkdtempSync(join(tmpdir(), "larder-nginx-"));
  const port = await freePort();
  const settings = join(directory, "nginx.conf");
  const log = join(directory, "error.log");
  writeFileSync(settings, settingsOf(directory, port, daemons));
  const nginx = spawn("nginx", ["-c", settings, "-e", log], { stdio: "ignore" });
  const front = {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      nginx.kill("SIGTERM");
      if (nginx.exitCode === null) await once(nginx, "exit");
      rmSync(directory, { recursive: true, force: true });
    },
  };
  for (let attempt = 0; attempt < 200 && nginx.exitCode === null; attempt++) {
    if (await fetch(front.url).catch(() => null)) return front;
    await sleep(50);
  }
  throw new Error(`nginx did not start:\n${readFileSync(log, "utf8")}`);
}
