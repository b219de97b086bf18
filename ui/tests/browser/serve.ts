// Builds the window as it ships and serves it under the policy that the app sets.
import type { AddressInfo } from "node:net";
import { build, preview } from "vite";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext { address: string }
}

const policy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' attachment: data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'";

export default async function serve(project: TestProject) {
  const outDir = "node_modules/.cache/yokoten-browser";
  await build({ logLevel: "warn", build: { outDir, emptyOutDir: true } });
  const server = await preview({ logLevel: "warn", build: { outDir }, preview: { host: "127.0.0.1", port: 0, headers: { "Content-Security-Policy": policy } } });
  project.provide("address", `http://127.0.0.1:${(server.httpServer.address() as AddressInfo).port}/`);
  return () => server.close();
}
