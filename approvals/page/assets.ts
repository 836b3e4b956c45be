import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { extname, join } from "node:path";
import type { Hono } from "hono";

interface Asset {
  body: string;
  type: string;
  etag: string;
}

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".ts": "text/javascript; charset=utf-8",
};

/**
 * Serves the files of `public/` as they were when the page started: TypeScript with its types stripped, under its own name and
 * as `.js`. Contract: only the names found there, never a path; they hold nothing of the owner's and need no session.
 */
export async function mountAssets(app: Hono): Promise<void> {
  const assets = await readAssets(join(import.meta.dirname, "public"));
  app.get("/assets/:name", (context) => {
    const asset = assets.get(context.req.param("name"));
    if (asset === undefined) return context.notFound();
    // Asked for again each time: an upgrade shows at once, and what has not changed is not sent.
    const headers = { "cache-control": "private, no-cache", etag: asset.etag, "content-type": asset.type };
    if (context.req.header("if-none-match") === asset.etag) return context.body(null, 304, headers);
    return context.body(asset.body, 200, headers);
  });
}

async function readAssets(folder: string): Promise<Map<string, Asset>> {
  const assets = new Map<string, Asset>();
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const type = types[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const text = await readFile(join(folder, entry.name), "utf8");
    const body = entry.name.endsWith(".ts") ? stripTypeScriptTypes(text) : text;
    const asset = { body, type, etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"` };
    assets.set(entry.name, asset);
    if (entry.name.endsWith(".ts")) assets.set(entry.name.replace(/\.ts$/, ".js"), asset);
  }
  return assets;
}
