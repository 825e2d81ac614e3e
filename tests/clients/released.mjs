// Compares schema.graphql with docs/released.graphql, the schema of the last release, and renews that at the next.
import { copyFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { changesBetween } from './lib/released.mjs';
import { readSchema, RELEASED_FILE, SCHEMA_FILE } from './lib/schema.mjs';

const USAGE = `usage: node released.mjs [--renew]

Prints what changed between docs/released.graphql and schema.graphql: breaking changes, then dangerous ones.
--renew   at a release: makes schema.graphql the released one

Exit code: 0 nothing breaks, 1 something does, 2 bad usage.`;

function readArguments() {
  try {
    return parseArgs({ options: { renew: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } }).values;
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    return process.exit(2);
  }
}

const { renew, help } = readArguments();
if (help) {
  console.log(USAGE);
} else if (renew) {
  copyFileSync(SCHEMA_FILE, RELEASED_FILE);
} else {
  const { breaking, dangerous } = changesBetween(readSchema(RELEASED_FILE), readSchema());
  for (const change of breaking) console.log(`breaking   ${change}`);
  for (const change of dangerous) console.log(`dangerous  ${change}`);
  process.exitCode = breaking.length > 0 ? 1 : 0;
}
