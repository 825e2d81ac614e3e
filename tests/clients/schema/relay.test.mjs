// relay-compiler over the contract documents, and over pages of every list in both directions.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { getNullableType, isObjectType } from 'graphql';
import { connectionFields, contractOperations, printAs, readSchema, SCHEMA_FILE } from '../lib/schema.mjs';

const run = promisify(execFile);
const compiler = new URL('../node_modules/relay-compiler/cli.js', import.meta.url).pathname;
const schema = readSchema();
const capital = (name) => name[0].toUpperCase() + name.slice(1);

const isNode = (type) =>
  type.name === 'Query' || type.name === 'Viewer' || (isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node'));

/** From where Relay asks for a page of a type's list again: the type itself where it is a node, else a node that has one of it. */
function reached(parent) {
  if (isNode(parent)) return { type: parent.name, within: (selection) => selection };
  for (const type of Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && isNode(type))) {
    const field = Object.values(type.getFields()).find((field) => getNullableType(field.type) === parent);
    if (field) return { type: type.name, within: (selection) => `${field.name} { ${selection} }` };
  }
  throw new Error(`no node leads to ${parent.name}`);
}

let folder;
before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cairn-relay-'));
});
after(() => rm(folder, { recursive: true }));

/** Compiles documents, each named by the module that holds it; answers the exit code, what was said, and the artifacts' names. */
async function compile(documents) {
  const project = await mkdtemp(path.join(folder, 'project-'));
  const source = path.join(project, 'src');
  await mkdir(source);
  for (const [module, text] of Object.entries(documents)) {
    await writeFile(path.join(source, `${module}.ts`), `import { graphql } from 'relay-runtime';\ngraphql\`\n${text}\n\`;\n`);
  }
  await copyFile(SCHEMA_FILE, path.join(project, 'schema.graphql'));
  const file = path.join(project, 'relay.config.json');
  await writeFile(file, JSON.stringify({ src: './src', schema: './schema.graphql', language: 'typescript' }));
  const result = await run(process.execPath, [compiler, file], { cwd: project }).catch((error) => error);
  const artifacts = await readdir(path.join(source, '__generated__')).catch(() => []);
  return { code: result.code ?? 0, output: `${result.stdout}${result.stderr}`, artifacts };
}

test('the contract compiles', async () => {
  const operations = contractOperations();
  const documents = operations.map((operation) => [
    operation.name.value,
    printAs(operation, `${operation.name.value}${capital(operation.operation)}`),
  ]);
  const { code, output, artifacts } = await compile(Object.fromEntries(documents));
  assert.equal(code, 0, output);
  assert.equal(artifacts.length, operations.length);
});

test('every list pages in both directions', async () => {
  const documents = {};
  for (const { parent, field } of connectionFields(schema)) {
    for (const [count, cursor] of [['first', 'after'], ['last', 'before']]) {
      const module = `${parent.name}${capital(field.name)}${capital(count)}`;
      const { type, within } = reached(parent);
      const list = `${field.name}(${count}: $count, ${cursor}: $cursor) @connection(key: "${module}_${field.name}") {
        totalCount
        edges { node { __typename } }
      }`;
      documents[module] = `fragment ${module}_page on ${type}
        @refetchable(queryName: "${module}Query")
        @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" }) {
        ${within(list)}
      }`;
    }
  }
  assert.ok(Object.keys(documents).length > 40);
  const { code, output, artifacts } = await compile(documents);
  assert.equal(code, 0, output);
  assert.equal(artifacts.length, 2 * Object.keys(documents).length);
});

test('what the schema does not have is refused', async () => {
  const { code, output } = await compile({ Wrong: 'query WrongQuery { viewer { nickname } }' });
  assert.equal(code, 1);
  assert.match(output, /no field `nickname`/);
});
