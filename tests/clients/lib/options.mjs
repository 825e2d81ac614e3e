// Command-line options that verify.mjs and tamper.mjs share, and the exit code for "the tool itself failed".
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { makeLoader, readCredential } from './loader.mjs';
import { verdictOn as second } from './second.mjs';
import { verdictOn as first } from './verifier.mjs';

export const TOOL_FAILED = 2;

export const SHARED_OPTIONS = `  --by NAME            which verifier judges: first (Digital Bazaar's libraries, the default) or second (Comunica's and W3C's)
  --now TIME           judge as of this RFC 3339 time (default: now)
  --origin FROM=TO     documents of origin FROM are served at the loopback origin TO
  --context URL=FILE   one more JSON-LD context, for documents that need one no npm package has
  --proof-only         check the proof alone: not dates, issuer or status`;

export function giveUp(message) {
  console.error(message);
  process.exit(TOOL_FAILED);
}

function pairs(values = []) {
  return values.map((value) => {
    const equals = value.lastIndexOf('=');
    if (equals < 1) throw new Error(`not of the form A=B: ${value}`);
    return [value.slice(0, equals), value.slice(equals + 1)];
  });
}

/** Parses arguments; answers the sources named, who judges, what to verify with, and `read(source)`. */
export async function readOptions(usage) {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        now: { type: 'string' },
        origin: { type: 'string', multiple: true },
        context: { type: 'string', multiple: true },
        'proof-only': { type: 'boolean' },
        by: { type: 'string', default: 'first' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    if (positionals.length === 0) throw new Error(usage);
    const origins = new Map(pairs(values.origin).map(([from, to]) => [new URL(from).origin, new URL(to).origin]));
    const extraContexts = new Map();
    for (const [url, file] of pairs(values.context)) extraContexts.set(url, JSON.parse(await readFile(file, 'utf8')));
    const verdictOn = { first, second }[values.by];
    if (!verdictOn) throw new Error(`no such verifier: ${values.by}`);
    const now = values.now ? new Date(values.now) : new Date();
    if (Number.isNaN(now.getTime())) throw new Error(`not a time: ${values.now}`);
    return {
      sources: positionals,
      read: (source) => readCredential(source, { origins, readFile }),
      verdictOn,
      settings: { documentLoader: makeLoader({ origins, extraContexts }), now, proofOnly: values['proof-only'] ?? false },
    };
  } catch (error) {
    return giveUp(error.message);
  }
}
