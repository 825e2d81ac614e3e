// What the dashboard says, the same on a page and in a terminal.
import { CredentialLink, EnrollmentCard } from './dashboard.js';
import { type FragmentType, read } from './gql/index.js';

/** What can be handed in: for which enrollment, to which assessment. */
export interface Task {
  readonly enrollment: string;
  readonly assessment: string;
  readonly title: string;
}

/** A credential, as a line with its address. */
export interface Link {
  readonly text: string;
  readonly page: string | null;
  readonly linkedIn: string | null;
}

/** A card, said. */
export interface Said {
  readonly title: string;
  readonly standing: string;
  /** What is still missing, the smallest set that would do. */
  readonly missing: readonly string[];
  readonly tasks: readonly Task[];
  readonly credential: Link | null;
}

/** Says a card. */
export function sayCard(card: FragmentType<typeof EnrollmentCard>): Said {
  const { id, status, program, progress, whyNotYet, credential } = read(EnrollmentCard, card);
  const score = progress.score == null ? '' : `, score ${Math.round(progress.score)}`;
  const missing = status === 'ACTIVE' && whyNotYet ? whyNotYet.missing : [];
  // What people judge and nobody watches over is handed in here; exams are sat elsewhere.
  const tasks = missing.flatMap(({ assessment }) =>
    assessment && assessment.grading !== 'AUTOMATED' && assessment.supervision === 'NONE'
      ? [{ enrollment: id, assessment: assessment.id, title: assessment.title }]
      : [],
  );
  return {
    title: `${program.title}, ${program.issuer.name}`,
    standing: `${status.toLowerCase()}: ${progress.requiredDone} of ${progress.requiredTotal} parts, ${Math.round(progress.percent)} %${score}`,
    missing: missing.map(({ requirement, detail }) => (detail ? `${requirement} (${detail})` : requirement)),
    tasks,
    credential: credential ? sayCredential(credential) : null,
  };
}

/** Says a credential. */
export function sayCredential(credential: FragmentType<typeof CredentialLink>): Link {
  const { status, issuedAt, program, urls } = read(CredentialLink, credential);
  const day = issuedAt.slice(0, 10);
  return { text: `${program.title}, ${day}, ${status.toLowerCase()}`, page: urls.page ?? null, linkedIn: urls.linkedIn ?? null };
}
