// graphql-codegen over the schema and the contract documents: what it makes is strict TypeScript that compiles.
import assert from 'node:assert/strict';
import { print } from 'graphql';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { contractOperations, SCHEMA_FILE } from '../lib/schema.mjs';
import { compile, generate, projectFolder } from '../lib/typescript.mjs';

const CONFIG = `import type { CodegenConfig } from '@graphql-codegen/cli';
const config: CodegenConfig = {
  schema: ${JSON.stringify(SCHEMA_FILE)},
  documents: 'documents/*.graphql',
  generates: { 'gql/': { preset: 'client', config: { strictScalars: true, useTypeImports: true,
    scalars: { Date: 'string', DateTime: 'string', Decimal: 'string', JSON: 'unknown', TimeZone: 'string', URL: 'string' } } } },
};
export default config;
`;
const TSCONFIG = {
  compilerOptions: { strict: true, noEmit: true, target: 'ES2022', module: 'ESNext', moduleResolution: 'bundler', types: [] },
  include: ['gql'],
};

test('the contract makes typed documents', async () => {
  const folder = await projectFolder({ 'codegen.ts': CONFIG, 'tsconfig.json': JSON.stringify(TSCONFIG) });
  try {
    const operations = contractOperations();
    await mkdir(path.join(folder, 'documents'));
    for (const operation of operations) {
      await writeFile(path.join(folder, 'documents', `${operation.name.value}.graphql`), print(operation));
    }
    const generated = await generate(folder);
    assert.equal(generated.code, 0, generated.output);
    const made = await readFile(path.join(folder, 'gql/graphql.ts'), 'utf8');
    for (const operation of operations) {
      assert.ok(made.includes(`export const ${operation.name.value}Document `), operation.name.value);
    }
    const compiled = await compile(folder);
    assert.equal(compiled.code, 0, compiled.output);
  } finally {
    await rm(folder, { recursive: true });
  }
});
