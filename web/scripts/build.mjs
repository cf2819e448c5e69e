// Builds the dashboard into one C++ file: the types from the contract, the bundle by vite, and a table of the files,
// each plain and compressed.
//
//   node build.mjs <openapi.yaml> <out directory>
//
// Writes <out>/assets.cpp, and beside it the files that it includes.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { extname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "vite";

const kTypes = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};
// What a first visit may cost, over all files.
const kMaxCompressedBytes = 150 * 1024;

const web = resolve(fileURLToPath(import.meta.url), "../..");
const contract = resolve(process.argv[2]);
const out = resolve(process.argv[3]);
const dist = join(out, "dist");

execFileSync(process.execPath, [join(web, "scripts/openapi_types.mjs"), contract, join(web, "src/api/schema.gen.ts")], {
  stdio: "inherit",
});
await build({ root: web, logLevel: "warn", build: { outDir: dist, emptyOutDir: true } });

const names = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(dist, join(entry.parentPath, entry.name)))
  .sort();

// The daemon writes the prefix of a proxy into it (backend/api/src/dashboard/dashboard.cpp).
if (readFileSync(join(dist, "index.html"), "utf8").split('<base href="/" />').length !== 2) {
  throw new Error('index.html must have one <base href="/" />');
}

const blobs = join(out, "blobs");
rmSync(blobs, { recursive: true, force: true });
mkdirSync(blobs, { recursive: true });

let total = 0;
const definitions = [];
const rows = [];
names.forEach((name, index) => {
  const type = kTypes[extname(name)];
  if (!type) throw new Error(`${name} has no media type in build.mjs`);
  const plain = readFileSync(join(dist, name));
  const brotli = brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  const forms = { plain, gzip: gzipSync(plain, { level: 9 }), brotli };
  total += brotli.length;
  for (const [form, content] of Object.entries(forms)) {
    const file = join(blobs, `${index}.${form}`);
    writeFileSync(file, content);
    definitions.push(`EMBED(asset${index}_${form}, ${JSON.stringify(file)})`);
  }
  const tag = createHash("sha256").update(plain).digest("hex").slice(0, 20);
  const path = name === "index.html" ? "/" : `/${name}`;
  const views = Object.keys(forms).map((form) => `VIEW(asset${index}_${form})`);
  rows.push(`    {${[path, type, tag].map((text) => JSON.stringify(text)).join(", ")}, ${views.join(", ")}},`);
});
if (total > kMaxCompressedBytes) {
  throw new Error(`The dashboard has ${total} bytes compressed; ${kMaxCompressedBytes} are allowed`);
}

writeFileSync(
  join(out, "assets.cpp"),
  `// Written by web/scripts/build.mjs.
#include "dashboard/assets.hpp"

// The assembler takes in a file in no time; as a literal it would cost the compiler seconds.
#define EMBED(name, file)                                                                          \\
  __asm__(".pushsection .rodata\\n.global " #name "\\n" #name ":\\n.incbin \\"" file "\\"\\n"           \\
          ".global " #name "_end\\n" #name "_end:\\n.byte 0\\n.popsection\\n");                         \\
  extern "C" const char name[];                                                                    \\
  extern "C" const char name##_end[];
#define VIEW(name) std::string_view(name, static_cast<std::size_t>(name##_end - name))

${definitions.join("\n")}

namespace larder::api {

std::span<const Asset> embeddedAssets() {
  static const Asset kAssets[] = {
${rows.join("\n")}
  };
  return kAssets;
}

}  // namespace larder::api
`,
);
console.log(`dashboard: ${names.length} files, ${(total / 1024).toFixed(1)} KiB compressed`);
