// Changes each member of a signed credential in turn and checks that every change is refused.
import { readOptions, giveUp, SHARED_OPTIONS } from './lib/options.mjs';
import { mutations } from './lib/mutations.mjs';

const USAGE = `usage: node tamper.mjs [option]... FILE-OR-URL...

Every member is changed, removed, and joined by an undefined one, proof and contexts included.
Prints per credential {"source", "verified", "mutations", "refused", "accepted": [what went through]}.
Exit code: 0 each credential verifies and no changed one does, 1 otherwise, 2 one could not be read.

${SHARED_OPTIONS}`;

const { sources, read, verdictOn, settings } = await readOptions(USAGE);
let good = true;
for (const source of sources) {
  const credential = await read(source).catch((error) => giveUp(`${source}: ${error.message}`));
  const { verified, error } = await verdictOn(credential, settings);
  const accepted = [];
  let count = 0;
  for (const { change, document } of mutations(credential)) {
    count += 1;
    // What a changed status entry points to is a question of its own; the proof must already refuse it.
    if ((await verdictOn(document, settings)).verified) accepted.push(change);
  }
  good &&= verified && count > 0 && accepted.length === 0;
  console.log(JSON.stringify({ source, verified, error, mutations: count, refused: count - accepted.length, accepted }));
}
process.exit(good ? 0 : 1);
