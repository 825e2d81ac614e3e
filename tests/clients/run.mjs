// Compiles a program in TypeScript under `strict`, in a folder of its own, and runs it: snippets of the documentation are judged by this.
import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { compile, projectFolder } from './lib/typescript.mjs';

const USAGE = `usage: node run.mjs FILE.ts

Compiles FILE.ts under strict and runs it, with this environment.

Exit code: that of the program; 1 where it does not compile, 2 bad usage.`;

const TSCONFIG = {
  compilerOptions: {
    strict: true,
    noUncheckedIndexedAccess: true,
    target: 'ES2022',
    lib: ['ES2022', 'DOM'],
    module: 'NodeNext',
    types: ['node'],
    outDir: 'dist',
  },
  files: ['program.ts'],
};

/** Compiles and runs; answers the exit code. */
async function run(folder) {
  const { code, output } = await compile(folder);
  if (code !== 0) {
    console.error(output);
    return 1;
  }
  const program = spawn(process.execPath, [path.join(folder, 'dist/program.js')], { stdio: 'inherit' });
  return new Promise((resolve) => program.on('exit', (ended) => resolve(ended ?? 1)));
}

const [file, ...more] = process.argv.slice(2);
if (!file || more.length > 0 || file === '--help') {
  console.error(USAGE);
  process.exit(file === '--help' ? 0 : 2);
}
const folder = await projectFolder({
  'program.ts': await readFile(file, 'utf8'),
  'package.json': JSON.stringify({ type: 'module' }),
  'tsconfig.json': JSON.stringify(TSCONFIG),
});
try {
  process.exitCode = await run(folder);
} finally {
  await rm(folder, { recursive: true });
}
