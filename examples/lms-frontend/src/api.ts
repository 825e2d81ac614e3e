// How the dashboard talks to Cairn: one POST per document, typed by what the document asks for.
import type { TypedDocumentString } from './gql/graphql.js';

/** Something that the learner can mend, told at a field of a mutation's input. */
export interface UserError {
  readonly field?: readonly string[] | null;
  readonly message: string;
  readonly code: string;
}

interface Answer<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** The token does not hold (any longer): sign in again. */
export class SignedOut extends Error {
  override readonly name = 'SignedOut';
}

/** The request was denied, malformed, or failed at the server. Its `code` is one of docs/errors.md. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(
    message: string,
    readonly code: string,
    /** Under which the server's log tells more. */
    readonly requestId: string | null,
  ) {
    super(message);
  }
}

/** What a mutation would not do. */
export class NotDone extends Error {
  override readonly name = 'NotDone';

  constructor(readonly userErrors: readonly UserError[]) {
    super(userErrors.map(({ field, message }) => (field ? `${field.join('.')}: ${message}` : message)).join('\n'));
  }
}

/** Variables may be left out where a document takes none. */
type Given<Variables> = Variables extends Record<string, never> ? [] : [variables: Variables];

/** The API, as somebody who signed in. */
export class Api {
  constructor(
    private readonly endpoint: string,
    private readonly token: string,
  ) {}

  /**
   * Runs a document. An answer with any error is refused whole: this dashboard shows nothing half.
   *
   * @throws {SignedOut} the token does not hold
   * @throws {Refused} anything else that is wrong with the request or the server
   */
  async run<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    ...[variables]: Given<Variables>
  ): Promise<Result> {
    const response = await fetch(this.endpoint, {
      method: 'POST',
      headers: {
        accept: 'application/graphql-response+json',
        authorization: `Bearer ${this.token}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ query: document.toString(), variables }),
    });
    if (response.status === 401) throw new SignedOut('sign in again');
    const requestId = response.headers.get('x-request-id');
    const answer = (await response.json().catch(() => {
      throw new Refused(`the server answered ${response.status}, and not with JSON`, 'INTERNAL', requestId);
    })) as Answer<Result>;
    const [error] = answer.errors ?? [];
    if (error) throw new Refused(error.message, error.extensions?.code ?? 'INTERNAL', requestId);
    if (!answer.data) throw new Refused('the server answered without data', 'INTERNAL', requestId);
    return answer.data;
  }
}

/** A mutation's payload, where it did what it was to do. */
export function done<Payload extends { readonly userErrors: readonly UserError[] }>(payload: Payload | null | undefined): Payload {
  if (!payload) throw new Refused('the server answered without a payload', 'INTERNAL', null);
  if (payload.userErrors.length > 0) throw new NotDone(payload.userErrors);
  return payload;
}
