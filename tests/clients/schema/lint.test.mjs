// graphql-eslint's recommended and Relay rules over the schema, and that they judge.
import { ESLint } from 'eslint';
import { isInputObjectType, isObjectType, isScalarType, isSpecifiedScalarType } from 'graphql';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { readSchema, SCHEMA_FILE } from '../lib/schema.mjs';

const eslint = new ESLint({
  cwd: new URL('../../..', import.meta.url).pathname,
  overrideConfigFile: new URL('./eslint.config.mjs', import.meta.url).pathname,
  warnIgnored: true,
});

/** What the rules say of a schema, as `rule line: message`. */
async function complaints(text) {
  const results = await eslint.lintText(text, { filePath: SCHEMA_FILE });
  return results.flatMap((file) => file.messages.map(({ ruleId, line, message }) => `${ruleId} ${line}: ${message}`));
}

test('no rule complains', async () => {
  assert.deepEqual(await complaints(await readFile(SCHEMA_FILE, 'utf8')), []);
});

test('arguments and members of inputs are described, and scalars say by what they are specified', () => {
  const types = Object.values(readSchema().getTypeMap()).filter((type) => !type.name.startsWith('__'));
  const bare = types.flatMap((type) => {
    if (isScalarType(type)) return isSpecifiedScalarType(type) || type.specifiedByURL ? [] : [type.name];
    if (isInputObjectType(type)) return Object.values(type.getFields()).filter((member) => !member.description).map((member) => `${type}.${member.name}`);
    if (!isObjectType(type)) return [];
    return Object.values(type.getFields()).flatMap((field) =>
      field.args.filter((argument) => !argument.description).map((argument) => `${type}.${field.name}(${argument.name})`),
    );
  });
  assert.deepEqual(bare, []);
});

test('a schema with faults is complained about', async () => {
  const schema = await readFile(SCHEMA_FILE, 'utf8');
  const faults = `
    # eslint-disable
    type lower_case { Name: String! }
    "A page." type HalfConnection { edges: [String] }
  `;
  const found = (await complaints(schema + faults)).join('\n');
  for (const rule of ['naming-convention', 'require-description', 'relay-connection-types', 'no-unreachable-types']) {
    assert.ok(found.includes(`@graphql-eslint/${rule} `), `${rule}:\n${found}`);
  }
});
