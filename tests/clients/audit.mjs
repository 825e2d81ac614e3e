// Runs every audit of graphql-http's "GraphQL over HTTP" suite against one address and counts what passed.
// It says nothing about the API's content; that is what the Rust tests do.
import { auditServer } from 'graphql-http';
import { parseArgs } from 'node:util';

const USAGE = `usage: node audit.mjs [--json] [--header 'Name: value']... URL

Runs all audits of npm graphql-http against the GraphQL endpoint URL.
Prints each failing audit, then one line per requirement level: "MUST 13/13".
Exit code: 0 all MUST and SHOULD pass, 1 one of them fails, 2 the audits could not be run.

example: node audit.mjs http://127.0.0.1:8080/graphql`;

/** Ends with the code that means "the tool itself could not do its work". */
function giveUp(message) {
  console.error(message);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        header: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    return giveUp(`${error.message}\n${USAGE}`);
  }
}

const { values, positionals } = readArguments();
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
if (positionals.length !== 1) giveUp(USAGE);
const [url] = positionals;

const extraHeaders = (values.header ?? []).map((line) => {
  const colon = line.indexOf(':');
  if (colon < 1) giveUp(`not a header: ${line}`);
  return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
});

/** The suite's own requests, with the caller's headers (a token, say) added. */
function fetchWithHeaders(input, init = {}) {
  const headers = new Headers(init.headers);
  for (const [name, value] of extraHeaders) headers.set(name, value);
  return fetch(input, { ...init, headers });
}

// An unreachable server would fail all audits one by one; that is not a verdict on it.
try {
  await fetchWithHeaders(url, { method: 'POST' });
} catch (error) {
  giveUp(`${url} cannot be reached: ${error.cause?.message ?? error.message}`);
}

const results = await auditServer({ url, fetchFn: fetchWithHeaders });
if (results.length === 0) giveUp('the suite holds no audit');

const levels = { MUST: { passed: 0, total: 0 }, SHOULD: { passed: 0, total: 0 }, MAY: { passed: 0, total: 0 } };
const failures = [];
for (const result of results) {
  const level = result.name.split(' ', 1)[0];
  if (!(level in levels)) giveUp(`audit ${result.id} states no requirement level: ${result.name}`);
  levels[level].total += 1;
  if (result.status === 'ok') levels[level].passed += 1;
  else failures.push({ id: result.id, level, name: result.name, reason: result.reason });
}
const binding = failures.filter((failure) => failure.level !== 'MAY');

if (values.json) {
  console.log(JSON.stringify({ url, total: results.length, levels, failures }));
} else {
  for (const { id, name, reason } of failures) console.log(`FAIL ${id} ${name}\n     ${reason}`);
  for (const [level, { passed, total }] of Object.entries(levels)) console.log(`${level} ${passed}/${total}`);
  console.log(`all ${results.length - failures.length}/${results.length}`);
}
process.exit(binding.length === 0 ? 0 : 1);
