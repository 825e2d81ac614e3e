// What a learner does: enroll, and hand in.
import { type Api, done } from './api.js';
import type { EvidenceInput } from './gql/graphql.js';
import { graphql } from './gql/index.js';

const Enroll = graphql(`
  mutation Enroll($input: EnrollInput!) {
    enroll(input: $input) {
      enrollment { id status ...EnrollmentCard }
      userErrors { field message code }
    }
  }
`);

const SubmitAttempt = graphql(`
  mutation SubmitAttempt($input: SubmitAttemptInput!) {
    submitAttempt(input: $input) {
      attempt { id number status assessment { id title maxAttempts } }
      userErrors { field message code }
    }
  }
`);

/** Enrolls in a program of the learner's own issuer, by the id that the issuer gave it. */
export async function enroll(api: Api, program: string, track?: string) {
  const { enroll: payload } = await api.run(Enroll, { input: { program: { externalId: program }, track: track ?? null } });
  return done(payload).enrollment;
}

/** Hands work in; it then waits for its grade. */
export async function submit(api: Api, enrollment: string, assessment: string, evidence: readonly EvidenceInput[]) {
  const input = { enrollment: { id: enrollment }, assessment: { id: assessment }, evidence: [...evidence] };
  const { submitAttempt: payload } = await api.run(SubmitAttempt, { input });
  return done(payload).attempt;
}
