// A small registry to mirror: every repository has the same tags, and blobs can be made slow.
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { basic } from "./daemon.mjs";

const kManifest = "application/vnd.oci.image.manifest.v1+json";
const kChunk = 64 * 1024;

function digestOf(content) {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

function makeImage(tag, layerBytes) {
  const layers = [randomBytes(layerBytes), randomBytes(2048)];
  const config = Buffer.from(
    JSON.stringify({
      architecture: "amd64",
      os: "linux",
      created: "2026-01-01T00:00:00Z",
      config: {
        Env: ["PATH=/bin"],
        Labels: { note: "<img src=x onerror=document.title=1>", tag },
        Cmd: ["/bin/true"],
      },
      rootfs: { type: "layers", diff_ids: layers.map(digestOf) },
      history: layers.map(() => ({ created_by: "COPY <b>files</b> /" })),
    }),
  );
  const describe = (mediaType, content) => ({
    mediaType,
    digest: digestOf(content),
    size: content.length,
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: kManifest,
      config: describe("application/vnd.oci.image.config.v1+json", config),
      layers: layers.map((layer) => describe("application/vnd.oci.image.layer.v1.tar+gzip", layer)),
    }),
  );
  return { manifest, blobs: [config, ...layers] };
}

/**
 * Options: `tags` by the size of their first layer. `delayMs` waits before each 64 KiB of a blob. With `login` set only
 * that user is answered.
 */
export async function startUpstream(tags = { "1.0": 4096, 1.1: 4096, latest: 4096 }) {
  const upstream = { url: "", host: "", delayMs: 0, requests: [] };
  const manifests = new Map();
  const blobs = new Map();
  for (const [tag, size] of Object.entries(tags)) {
    const image = makeImage(tag, size);
    manifests.set(tag, image.manifest);
    manifests.set(digestOf(image.manifest), image.manifest);
    for (const blob of image.blobs) blobs.set(digestOf(blob), blob);
  }

  const send = async (request, response, type, content, slow) => {
    response.writeHead(200, {
      "Content-Type": type,
      "Content-Length": content.length,
      "Docker-Content-Digest": digestOf(content),
    });
    if (request.method === "HEAD") return response.end();
    for (let at = 0; at < content.length; at += kChunk) {
      if (slow && upstream.delayMs > 0) await sleep(upstream.delayMs);
      if (response.destroyed) return undefined;
      response.write(content.subarray(at, at + kChunk));
    }
    return response.end();
  };

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://upstream");
    upstream.requests.push(pathname);
    if (upstream.login && request.headers.authorization !== basic(upstream.login).Authorization) {
      return response
        .writeHead(401, { "Content-Type": "application/json", "WWW-Authenticate": 'Basic realm="upstream"' })
        .end('{"errors":[]}');
    }
    if (pathname === "/v2/") return response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
    const [, name, kind, reference] = /^\/v2\/(.+)\/(manifests|blobs|tags)\/([^/]+)$/.exec(pathname) ?? [];
    if (kind === "tags") {
      return response
        .writeHead(200, { "Content-Type": "application/json" })
        .end(JSON.stringify({ name, tags: Object.keys(tags) }));
    }
    const content = kind === "manifests" ? manifests.get(reference) : blobs.get(reference);
    if (!content) return response.writeHead(404, { "Content-Type": "application/json" }).end('{"errors":[]}');
    return void send(
      request,
      response,
      kind === "manifests" ? kManifest : "application/octet-stream",
      content,
      kind === "blobs",
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  upstream.host = `127.0.0.1:${server.address().port}`;
  upstream.url = `http://${upstream.host}`;
  upstream.stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return upstream;
}
