// Turns the TypeScript and CSS here into ../static/built. `node build.mjs` for people, hatch_build.py for wheels.
//
// built/manifest.json tells the server two things: a content hash per entry file (for `?v=` in its pages) and the CSP
// hashes of the <style> that foliate-js writes into its shadow root (its fixed layout has a constructed sheet: none).
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, "..", "static", "built");
/** Built aside and moved at the end: a server that runs meanwhile never sees half of it. */
const out = join(here, "node_modules", ".built");

const scripts = ["reader", "claim", "upload", "lend", "welcome", "shelf", "record", "news", "renew", "carry", "sweep", "borrowed", "gift", "letters", "ask", "place"];
const sheets = ["site", "reader"];

/** foliate-js can also open books by itself, in eight formats. Here the server opens them, so that code stays out. */
const leaveOutParsers = {
  name: "leave-out-parsers",
  setup(plugin) {
    const parsers = /\/(epub|mobi|fb2|comic-book|tts|search|zip|fflate)\.js$/;
    plugin.onResolve({ filter: parsers }, ({ importer }) =>
      importer.includes("foliate-js") ? { path: "parser", namespace: "left-out" } : undefined,
    );
    plugin.onLoad({ filter: /.*/, namespace: "left-out" }, () => ({ contents: "export {}", loader: "js" }));
  },
};

/** The CSP sources of foliate's shadow styles. The text between the tags is what browsers hash, byte by byte. */
async function foliateStyleHashes() {
  const source = await readFile(join(here, "node_modules", "foliate-js", "paginator.js"), "utf8");
  const styles = [...source.matchAll(/<style>([\s\S]*?)<\/style>/g)];
  if (styles.length !== 1) throw new Error(`paginator.js has ${styles.length} <style>, expected 1: look at it again`);
  return styles.map(([, text]) => `sha256-${createHash("sha256").update(text).digest("base64")}`);
}

async function contentHashes() {
  const names = [...scripts.map((name) => `${name}.js`), ...sheets.map((name) => `${name}.css`)];
  const hashes = names.map(async (name) => {
    const digest = createHash("sha256").update(await readFile(join(out, name)));
    return [name, digest.digest("hex").slice(0, 12)];
  });
  return Object.fromEntries(await Promise.all(hashes));
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: [
    ...scripts.map((name) => ({ in: `src/${name}.ts`, out: name })),
    ...sheets.map((name) => ({ in: `styles/${name}.css`, out: name })),
  ],
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  target: "es2022",
  entryNames: "[name]",
  chunkNames: "chunks/[name]-[hash]",
  assetNames: "fonts/[name]-[hash]",
  loader: { ".woff2": "file" },
  legalComments: "linked",
  plugins: [leaveOutParsers],
  logLevel: "warning",
});
const manifest = { files: await contentHashes(), foliateStyleHashes: await foliateStyleHashes() };
await writeFile(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
await mkdir(dirname(built), { recursive: true });
await rm(built, { recursive: true, force: true });
await rename(out, built);
console.log(`built ${Object.keys(manifest.files).length} files into ${built}`);
