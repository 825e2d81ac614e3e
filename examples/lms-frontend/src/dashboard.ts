// What the dashboard asks for: who signed in, page by page what they are enrolled in, and what they have earned.
import type { Api } from './api.js';
import { type FragmentType, graphql, read } from './gql/index.js';

/** One card of the dashboard. */
export const EnrollmentCard = graphql(`
  fragment EnrollmentCard on Enrollment {
    id
    status
    program { title issuer { name } }
    progress { percent score requiredDone requiredTotal }
    whyNotYet { satisfied missing { requirement detail assessment { id title grading supervision } } }
    credential { ...CredentialLink }
  }
`);

/** A credential as the learner shows it to others. */
export const CredentialLink = graphql(`
  fragment CredentialLink on Credential {
    id
    status
    issuedAt
    program { title }
    urls { page linkedIn }
  }
`);

/** A page of enrollments; the same for the first as for those that follow. */
const EnrollmentPage = graphql(`
  fragment EnrollmentPage on Passport {
    enrollments(first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { id ...EnrollmentCard }
    }
  }
`);

const SignedIn = graphql(`
  query SignedIn($first: Int!, $after: String) {
    viewer {
      id
      passport { id name creditTotals { amount scheme } ...EnrollmentPage }
    }
  }
`);

const MoreEnrollments = graphql(`
  query MoreEnrollments($passport: ID!, $first: Int!, $after: String) {
    node(id: $passport) { __typename ... on Passport { ...EnrollmentPage } }
  }
`);

const Credentials = graphql(`
  query Credentials($first: Int!, $after: String) {
    viewer {
      passport {
        credentials(first: $first, after: $after) {
          pageInfo { hasNextPage endCursor }
          nodes { id ...CredentialLink }
        }
      }
    }
  }
`);

/** What stands at the top. */
export interface Learner {
  readonly name: string;
  readonly credits: readonly string[];
}

/** Some of the cards; `next` gets those that follow, and is not there after the last. */
export interface Cards {
  readonly total: number;
  readonly cards: readonly FragmentType<typeof EnrollmentCard>[];
  readonly next?: () => Promise<Cards>;
}

/** The dashboard of whoever signed in; null where they are nobody's learner. */
export async function open(api: Api, pageSize: number): Promise<{ learner: Learner; enrollments: Cards } | null> {
  const { viewer } = await api.run(SignedIn, { first: pageSize });
  const passport = viewer?.passport;
  if (!passport) return null;
  const credits = passport.creditTotals.map(({ amount, scheme }) => `${amount} ${scheme}`);
  const learner = { name: passport.name ?? 'Learner', credits };
  return { learner, enrollments: cards(api, passport.id, pageSize, passport) };
}

function cards(api: Api, passport: string, pageSize: number, page: FragmentType<typeof EnrollmentPage>): Cards {
  const { totalCount, pageInfo, nodes } = read(EnrollmentPage, page).enrollments;
  const shown = { total: totalCount, cards: nodes };
  if (!pageInfo.hasNextPage) return shown;
  const next = async () => {
    const { node } = await api.run(MoreEnrollments, { passport, first: pageSize, after: pageInfo.endCursor ?? null });
    if (node?.__typename !== 'Passport') return { total: totalCount, cards: [] };
    return cards(api, passport, pageSize, node);
  };
  return { ...shown, next };
}

/** All credentials after a place, however many pages they fill. */
export async function credentials(api: Api, after: string | null = null): Promise<FragmentType<typeof CredentialLink>[]> {
  const { viewer } = await api.run(Credentials, { first: 100, after });
  const page = viewer?.passport?.credentials;
  if (!page) return [];
  const { hasNextPage, endCursor } = page.pageInfo;
  const following = hasNextPage && endCursor ? await credentials(api, endCursor) : [];
  return [...page.nodes, ...following];
}
