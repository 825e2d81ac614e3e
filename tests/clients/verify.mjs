// Verifies credentials with libraries that none of Cairn's authors wrote; one JSON line per credential.
import { giveUp, readOptions, SHARED_OPTIONS } from './lib/options.mjs';

const USAGE = `usage: node verify.mjs [option]... FILE-OR-URL...

Prints per credential {"source", "verified", "error", "statusValid", "status"}.
  verified     the proof is good, by a key of the issuer's, and the dates hold
  statusValid  true: the lists are good and no revocation or suspension bit is set; false: not so; null: no status
Exit code: 0 all were judged, whatever the verdict; 2 one could not be read.

${SHARED_OPTIONS}

example: node verify.mjs http://localhost:8080/credentials/TOKEN.json`;

const { sources, read, verdictOn, settings } = await readOptions(USAGE);
for (const source of sources) {
  const credential = await read(source).catch((error) => giveUp(`${source}: ${error.message}`));
  console.log(JSON.stringify({ source, ...(await verdictOn(credential, settings)) }));
}
