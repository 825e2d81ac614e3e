// The schema breaks no client of the last release, and the check does refuse what would.
import { buildSchema } from 'graphql';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { changesBetween } from '../lib/released.mjs';
import { readSchema, RELEASED_FILE } from '../lib/schema.mjs';

const text = readFileSync(RELEASED_FILE, 'utf8');
const released = readSchema(RELEASED_FILE);

/** The released schema with one text in it replaced. */
function changed(from, to) {
  assert.ok(text.includes(from), from);
  return buildSchema(text.replace(from, to));
}

test('nothing that was released is broken', (context) => {
  const { breaking, dangerous } = changesBetween(released, readSchema());
  for (const change of dangerous) context.diagnostic(`dangerous: ${change}`);
  assert.deepEqual(breaking, [], 'deprecate first; what goes, goes with a new major version');
});

for (const [what, from, to, expected] of [
  ['a field that goes', '\trequestId: String\n', '\tinRequest: String\n', 'FIELD_REMOVED: AuditEntry.requestId'],
  ['a field that may be null', '\taction: String!\n', '\taction: String\n', 'FIELD_CHANGED_KIND: AuditEntry.action'],
  ['an enum value that goes', '\tNOT_YET_VALID\n', '\tEARLY\n', 'VALUE_REMOVED_FROM_ENUM: NOT_YET_VALID'],
  [
    'an argument that must be given',
    '\texpectedRecipient: String\n',
    '\texpectedRecipient: String!\n',
    'FIELD_CHANGED_KIND: VerifyCredentialInput.expectedRecipient',
  ],
]) {
  test(`${what} is refused`, () => {
    const { breaking } = changesBetween(released, changed(from, to));
    assert.equal(breaking.length, 1, breaking.join('\n'));
    assert.ok(breaking[0].startsWith(expected), breaking[0]);
  });
}

test('what is added breaks nothing', () => {
  const { breaking, dangerous } = changesBetween(released, changed('\tNOT_YET_VALID\n', '\tNOT_YET_VALID\n\tNOT_EVER_VALID\n'));
  assert.deepEqual(breaking, []);
  assert.deepEqual(dangerous, ["VALUE_ADDED_TO_ENUM: NOT_EVER_VALID was added to enum type Verdict."]);
});
