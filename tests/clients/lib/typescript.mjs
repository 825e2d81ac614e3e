// Projects in TypeScript, generated and compiled in a folder of their own with the packages of tests/clients.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SCHEMA_FILE } from './schema.mjs';

const run = promisify(execFile);
const packages = fileURLToPath(new URL('../node_modules', import.meta.url));
const example = fileURLToPath(new URL('../../../examples/lms-frontend', import.meta.url));

/** Runs a package's command in a folder; answers its exit code and what it said. */
async function command(script, folder, ...options) {
  const result = await run(process.execPath, [path.join(packages, script), ...options], { cwd: folder }).catch((error) => error);
  return { code: result.code ?? 0, output: `${result.stdout}${result.stderr}` };
}

/** Generates what `codegen.ts` of a folder says. */
export const generate = (folder) => command('@graphql-codegen/cli/cjs/bin.js', folder, '--config', 'codegen.ts');

/** Compiles what `tsconfig.json` of a folder says. */
export const compile = (folder, ...options) => command('typescript/bin/tsc', folder, ...options);

/** An empty folder for a project, with the packages at hand. */
export async function projectFolder(files = {}) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'cairn-typescript-'));
  await symlink(packages, path.join(folder, 'node_modules'));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return folder;
}

/** A copy of examples/lms-frontend that can be generated and compiled; answers the root to remove, and the example's folder in it. */
export async function exampleFolder() {
  const root = await projectFolder();
  const folder = path.join(root, 'examples/lms-frontend');
  await mkdir(path.dirname(folder), { recursive: true });
  const own = ({ name }) => !['node_modules', 'dist', 'gql'].includes(name);
  await cp(example, folder, { recursive: true, filter: (source) => own(path.parse(source)) });
  await cp(SCHEMA_FILE, path.join(root, 'schema.graphql'));
  return { root, folder };
}
