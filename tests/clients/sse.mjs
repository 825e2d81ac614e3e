// Runs one GraphQL operation by server-sent events with npm's graphql-sse, and prints each result as a line of JSON.
import { createClient } from 'graphql-sse';
import { parseArgs } from 'node:util';

const USAGE = `usage: node sse.mjs [--authorization VALUE] [--take N] [--variables JSON] URL DOCUMENT

Exit code: 0 the operation completed or N results came, 1 it failed; what went wrong is on standard error.

example: node sse.mjs http://127.0.0.1:8080/graphql '{ viewer { kind } }'`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    authorization: { type: 'string' },
    take: { type: 'string' },
    variables: { type: 'string' },
  },
});
if (positionals.length !== 2) {
  console.error(USAGE);
  process.exit(2);
}
const [url, query] = positionals;
const most = Number(values.take ?? Infinity);

const client = createClient({
  url,
  retryAttempts: 0,
  headers: values.authorization ? { authorization: values.authorization } : {},
});
let taken = 0;
try {
  for await (const result of client.iterate({ query, variables: JSON.parse(values.variables ?? '{}') })) {
    console.log(JSON.stringify(result));
    taken += 1;
    if (taken >= most) break;
  }
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
client.dispose();
