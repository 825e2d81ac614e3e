// Bundles GraphiQL into the folder above: page, script, workers, styles, licences and a manifest with hashes.
// Called by ../renew; the result is committed, so that building cairn needs no Node. Scripts and styles are kept
// gzipped, as they are sent: a quarter of the size in the repository and in the binary.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const out = path.resolve(import.meta.dirname, '..');
const common = {
  bundle: true,
  minify: true,
  target: ['es2022'],
  outdir: 'dist',
  charset: 'utf8',
  legalComments: 'none', // the licences are collected in LICENSES.txt
  metafile: true,
  logLevel: 'warning',
  loader: { '.ttf': 'dataurl' },
};

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const built = (file) => readFileSync(path.join('dist', file));
/** Changes whenever one of the files does; part of their addresses, so that browsers may keep them for good. */
const version = (...files) => sha256(files.map((file) => sha256(built(file))).join()).slice(0, 12);

/** What GraphiQL brings and this page does without; a rule that no longer matches anything fails the build. */
function slim() {
  const unused = new Set(['all editor parts', 'prettier for JSON']);
  return {
    name: 'slim',
    setup(bundler) {
      bundler.onResolve({ filter: /\/editor\/edcore\.main\.js$/ }, () => {
        unused.delete('all editor parts');
        return { path: path.resolve('editor.js') };
      });
      // Prettier's parser for JSON is that for all of JavaScript; jsonc-parser is in the bundle anyway.
      bundler.onLoad({ filter: /@graphiql\/react\/dist\/utility\/jsonc\.js$/ }, ({ path: file }) => {
        const source = readFileSync(file, 'utf8');
        const start = source.indexOf('async function formatJSONC');
        const end = source.indexOf('var formatter');
        if (start < 0 || end < start) return undefined;
        unused.delete('prettier for JSON');
        const format = `async function formatJSONC(content) {
          const options = { tabSize: 2, insertSpaces: true, eol: '\\n' };
          return applyEdits(content, formatText(content, undefined, options));
        }`;
        return {
          contents: `import { applyEdits, format as formatText } from 'jsonc-parser';\n${source.slice(0, start)}${format}\n${source.slice(end)}`,
          resolveDir: path.dirname(file),
        };
      });
      bundler.onEnd(() => {
        if (unused.size > 0) throw new Error(`GraphiQL has changed; nothing to slim: ${[...unused].join(', ')}`);
      });
    },
  };
}

const workerFiles = ['editor.worker.js', 'graphql.worker.js', 'json.worker.js'];
const workers = await build({
  ...common,
  format: 'iife',
  entryPoints: {
    'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
    'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
    'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
  },
});
const page = await build({
  ...common,
  format: 'esm',
  jsx: 'automatic',
  entryPoints: { graphiql: 'main.jsx' },
  plugins: [slim()],
  define: {
    'process.env.NODE_ENV': '"production"',
    WORKERS_VERSION: JSON.stringify(version(...workerFiles)),
  },
});

const artifacts = new Map();
for (const file of ['graphiql.js', 'graphiql.css', ...workerFiles]) {
  artifacts.set(`${file}.gz`, gzipSync(built(file), { level: 9 }));
}
artifacts.set(
  'index.html',
  readFileSync('index.html', 'utf8')
    .replace('[[CSS_VERSION]]', version('graphiql.css'))
    .replace('[[JS_VERSION]]', version('graphiql.js')),
);

/** The package folders whose code went into a bundle. */
function bundledPackages(...metafiles) {
  const folders = new Set();
  for (const { outputs } of metafiles) {
    for (const { inputs } of Object.values(outputs)) {
      for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
        const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file);
        if (match && bytesInOutput > 0) folders.add(match[1]);
      }
    }
  }
  return [...folders].map((folder) => {
    const { name, version: release, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
    return { name, release, license, text: file && readFileSync(path.join(folder, file), 'utf8').trim() };
  }).sort((a, b) => (a.name < b.name ? -1 : 1));
}

const packages = bundledPackages(workers.metafile, page.metafile);
const rule = '-'.repeat(80);
const licenses = packages.map(({ name, release, license, text }) =>
  [rule, `${name} ${release} (${license})`, rule, text ?? `The package carries no licence text; its metadata says ${license}.`].join('\n'));
artifacts.set(
  'LICENSES.txt',
  `Software bundled into GraphiQL's files in this folder, with its licences.\n\n${licenses.join('\n\n')}\n`,
);

const release = (name) => packages.find((entry) => entry.name === name).release;
const manifest = [
  `# GraphiQL ${release('graphiql')} (MIT) with monaco-editor ${release('monaco-editor')}, react ${release('react')}; see LICENSES.txt.`,
  '# Made by ./renew; check with: sha256sum --check --strict MANIFEST.txt',
];
for (const file of [...artifacts.keys()].sort()) {
  const content = artifacts.get(file);
  writeFileSync(path.join(out, file), content);
  manifest.push(`${sha256(content)}  ${file}`);
}
writeFileSync(path.join(out, 'MANIFEST.txt'), `${manifest.join('\n')}\n`);
rmSync('dist', { recursive: true });
