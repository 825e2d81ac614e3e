// examples/lms-frontend compiles under `strict`, and its types are the schema's: a slip does not compile. That it runs, tests/it sees.
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { compile, exampleFolder, generate } from './lib/typescript.mjs';

let root;
let folder;
before(async () => {
  ({ root, folder } = await exampleFolder());
  const generated = await generate(folder);
  assert.equal(generated.code, 0, generated.output);
});
after(() => rm(root, { recursive: true }));

const source = (name) => path.join(folder, 'src', name);

test('it compiles', async () => {
  assert.equal(JSON.parse(await readFile(path.join(folder, 'tsconfig.json'), 'utf8')).compilerOptions.strict, true);
  const { code, output } = await compile(folder, '--noEmit');
  assert.equal(code, 0, output);
});

test('slips do not compile', async () => {
  const slips = {
    // A field that no fragment asked for, a variable that is missing, one of the wrong type, a fragment read as it is.
    'field.ts': "import { EnrollmentCard } from './dashboard.js';\nimport { type FragmentType, read } from './gql/index.js';\nexport const track = (card: FragmentType<typeof EnrollmentCard>) => read(EnrollmentCard, card).track;\n",
    'masked.ts': "import type { EnrollmentCard } from './dashboard.js';\nimport type { FragmentType } from './gql/index.js';\nexport const status = (card: FragmentType<typeof EnrollmentCard>) => card.status;\n",
    'missing.ts': "import { type Api } from './api.js';\nimport { SignedInDocument } from './gql/graphql.js';\nexport const run = (api: Api) => api.run(SignedInDocument, {});\n",
    'wrong.ts': "import { type Api } from './api.js';\nimport { SignedInDocument } from './gql/graphql.js';\nexport const run = (api: Api) => api.run(SignedInDocument, { first: 'ten' });\n",
  };
  for (const [name, text] of Object.entries(slips)) await writeFile(source(name), text);
  const { code, output } = await compile(folder, '--noEmit');
  assert.notEqual(code, 0);
  for (const name of Object.keys(slips)) assert.match(output, new RegExp(`^src/${name}\\(`, 'm'));
});

test('its packages are those that are tested here', async () => {
  const [own, tested] = await Promise.all(
    [path.join(folder, 'package.json'), new URL('package.json', import.meta.url)].map(async (file) => JSON.parse(await readFile(file, 'utf8'))),
  );
  assert.deepEqual(own.dependencies, undefined, 'nothing is needed at run time');
  for (const [name, version] of Object.entries(own.devDependencies)) assert.equal(version, tested.dependencies[name], name);
});
