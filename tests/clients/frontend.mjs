// Generates and compiles examples/lms-frontend with the packages of tests/clients, for tests that run it.
import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import { compile, exampleFolder, generate } from './lib/typescript.mjs';

const USAGE = `usage: node frontend.mjs FOLDER

Compiles examples/lms-frontend into FOLDER/dist.

Exit code: 0 compiled, 1 not, 2 bad usage.`;

const [target, ...more] = process.argv.slice(2);
if (!target || more.length > 0 || target === '--help') {
  console.error(USAGE);
  process.exit(target === '--help' ? 0 : 2);
}
const { root, folder } = await exampleFolder();
try {
  for (const step of [generate, compile]) {
    const { code, output } = await step(folder);
    if (code !== 0) {
      console.error(output);
      process.exitCode = 1;
      break;
    }
  }
  if (!process.exitCode) {
    await cp(path.join(folder, 'dist'), path.join(target, 'dist'), { recursive: true });
    await cp(path.join(folder, 'package.json'), path.join(target, 'package.json'));
  }
} finally {
  await rm(root, { recursive: true });
}
