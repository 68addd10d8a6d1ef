#!/usr/bin/env node
// The way in: refuses a Node that cannot run TypeScript before anything else is loaded, then hands over to main.ts.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  process.stderr.write(`dayshift needs Node 24 or newer, this is ${process.version}. In the checkout, npm run and npx bring their own: run npm ci, then npm start.\n`);
  process.exit(2);
}
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
