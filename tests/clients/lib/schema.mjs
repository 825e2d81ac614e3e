// The schema and the contract documents, as the checks of tests/clients/schema read them.
import { buildSchema, isObjectType, Kind, parse, print } from 'graphql';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** The schema as the server offers it. */
export const SCHEMA_FILE = path.join(repository, 'schema.graphql');
/** The schema of the last release. */
export const RELEASED_FILE = path.join(repository, 'docs/released.graphql');
/** The contract documents. */
export const CONTRACT_FOLDER = path.join(repository, 'tests/contract');

/** The schema of a file. */
export function readSchema(file = SCHEMA_FILE) {
  return buildSchema(readFileSync(file, 'utf8'));
}

/** The operations of the contract. */
export function contractOperations() {
  const files = readdirSync(CONTRACT_FOLDER, { recursive: true }).filter((name) => name.endsWith('.graphql'));
  return files.sort().flatMap((file) => parse(readFileSync(path.join(CONTRACT_FOLDER, file), 'utf8')).definitions);
}

/** An operation under another name. */
export function printAs(operation, name) {
  return print({ ...operation, name: { kind: Kind.NAME, value: name } });
}

/** Fields that are connections, as { parent, field }. */
export function connectionFields(schema) {
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
    .flatMap((parent) =>
      Object.values(parent.getFields())
        .filter((field) => /Connection!?$/.test(String(field.type)))
        .map((field) => ({ parent, field })),
    );
}

/** Object types that are no nodes: values, which have no id of their own. */
export function valueTypes(schema) {
  const nodes = new Set(schema.getPossibleTypes(schema.getType('Node')));
  return Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && !nodes.has(type));
}
