// The page's only script: reads the server's configuration block and mounts GraphiQL on it.
// Everything it needs is in this bundle and the three workers beside it; nothing comes from elsewhere.
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
// Not graphiql/style.css: it repeats the editor's styles and adds 400 kB of web fonts.
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './page.css';

const WORKERS = { json: 'json.worker.js', graphql: 'graphql.worker.js' };

// WORKERS_VERSION is set by build.mjs, so that a renewed worker is never taken from a browser's cache.
globalThis.MonacoEnvironment = {
  getWorker(_id, label) {
    const file = WORKERS[label] ?? 'editor.worker.js';
    return new Worker(new URL(`./${file}?v=${WORKERS_VERSION}`, import.meta.url), { name: label });
  },
};

/** Headers are shown as JSON in the editor; the server hands them over as an object. */
function asText(value) {
  if (value == null || typeof value === 'string') return value ?? null;
  return JSON.stringify(value, null, 2);
}

/**
 * Session storage, so that tokens typed into the headers editor survive a reload and end with the browser tab.
 * Keys carry the server's `storageKey`: a demo started anew has new tokens, and must not show the old tabs.
 */
function sessionStore(storageKey) {
  const prefix = `cairn:${storageKey}:`;
  const keys = () => Object.keys(sessionStorage).filter((key) => key.startsWith(prefix));
  return {
    getItem: (key) => sessionStorage.getItem(prefix + key),
    setItem: (key, value) => sessionStorage.setItem(prefix + key, value),
    removeItem: (key) => sessionStorage.removeItem(prefix + key),
    clear: () => keys().forEach((key) => sessionStorage.removeItem(key)),
    get length() {
      return keys().length;
    },
  };
}

function socketAddress(path) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

const config = JSON.parse(document.getElementById('graphiql-config').textContent);
const storage = sessionStore(config.storageKey ?? '');
const defaultHeaders = asText(config.headers) ?? undefined;
const tabs = (config.tabs ?? []).map((tab) => ({
  query: tab.query,
  variables: asText(tab.variables),
  headers: asText(tab.headers) ?? defaultHeaders ?? null,
}));

// GraphiQL fills the editors from these and not from the first tab, but takes them for a new tab on a reload.
const firstVisit = storage.getItem('graphiql:tabState') === null && tabs.length > 0;
const initial = firstVisit
  ? { initialQuery: tabs[0].query, initialVariables: tabs[0].variables ?? '', initialHeaders: tabs[0].headers ?? '' }
  : {};

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL
    fetcher={createGraphiQLFetcher({
      url: new URL(config.endpoint, location.href).href,
      subscriptionUrl: config.subscriptions ? socketAddress(config.subscriptions) : undefined,
      // The server sends whole answers, never multipart ones.
      enableIncrementalDelivery: false,
    })}
    storage={storage}
    shouldPersistHeaders
    showPersistHeadersSettings={false}
    defaultHeaders={defaultHeaders}
    defaultTabs={tabs.length > 0 ? tabs : undefined}
    defaultEditorToolsVisibility={config.openTools ?? undefined}
    inputValueDeprecation
    schemaDescription
    {...initial}
  >
    <GraphiQL.Logo>
      <span>Cairn</span>
    </GraphiQL.Logo>
  </GraphiQL>,
);
