// Builds the window as it ships and serves it under the policy that the app sets.
import { build, preview } from "vite";

const policy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' attachment: data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'";

export default async function serve() {
  const outDir = "node_modules/.cache/yokoten-browser";
  await build({ logLevel: "warn", build: { outDir, emptyOutDir: true } });
  const server = await preview({ logLevel: "warn", build: { outDir }, preview: { port: 4179, strictPort: true, headers: { "Content-Security-Policy": policy } } });
  return () => server.close();
}
