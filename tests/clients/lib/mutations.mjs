// All single changes of a JSON document that a signature over its meaning must notice.

const DATE = /^\d{4}-\d{2}-\d{2}/;

/** Another value of the same kind, plausible enough to pass a check of its form. */
function otherValue(value) {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (value === null) return 'x';
  // A date stays a date: only its year moves, backwards, so that it is not refused for lying ahead.
  if (DATE.test(value)) return String(Number(value.slice(0, 4)) - 1).padStart(4, '0') + value.slice(4);
  if (/^\d+$/.test(value)) return String(BigInt(value) + 1n);
  return `${value}x`;
}

function* members(value, path = []) {
  if (value === null || typeof value !== 'object') return;
  for (const [key, member] of Object.entries(value)) {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    yield { path: here, member };
    yield* members(member, here);
  }
}

const pointer = (path) => `/${path.map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`;

function changed(document, path, edit) {
  const copy = structuredClone(document);
  const parent = path.slice(0, -1).reduce((value, part) => value[part], copy);
  edit(parent, path.at(-1));
  return copy;
}

/** Yields `{change, document}`: each leaf changed, each member removed, an undefined member put into each object. */
export function* mutations(document) {
  for (const { path, member } of members(document)) {
    const where = pointer(path);
    if (member === null || typeof member !== 'object') {
      yield {
        change: `change ${where}`,
        document: changed(document, path, (parent, key) => {
          parent[key] = otherValue(parent[key]);
        }),
      };
    }
    // A context inside repeats what the outer one defines: without it the same is said.
    if (path.indexOf('@context') < 1) {
      yield {
        change: `remove ${where}`,
        document: changed(document, path, (parent, key) => {
          if (Array.isArray(parent)) parent.splice(key, 1);
          else delete parent[key];
        }),
      };
    }
    // A member in the context would define a term, which changes no statement; terms used are covered above.
    if (member !== null && typeof member === 'object' && !Array.isArray(member) && path[0] !== '@context') {
      yield {
        change: `inject into ${where}`,
        document: changed(document, path, (parent, key) => {
          parent[key].injectedByTest = 'x';
        }),
      };
    }
  }
  yield { change: 'inject into /', document: { ...structuredClone(document), injectedByTest: 'x' } };
}
