// The dashboard in a terminal.
import { Api, NotDone, Refused, SignedOut } from './api.js';
import { type Cards, credentials, open } from './dashboard.js';
import { sayCard, sayCredential } from './words.js';
import { enroll, submit } from './work.js';

const USAGE = `usage: node dist/terminal.js COMMAND

  dashboard [PAGE-SIZE]                       where everything stands
  enroll PROGRAM [TRACK]                      PROGRAM is its external id
  submit ENROLLMENT ASSESSMENT NAME URL       hands work in, by the ids that the dashboard shows
  credentials                                 what was earned, with its pages

Environment: CAIRN (http://localhost:8080), LEARNER (the learner's JWT)
Exit code: 0 done, 1 not done, 2 bad usage`;

async function dashboard(api: Api, pageSize: number) {
  const opened = await open(api, pageSize);
  if (!opened) return console.log('Nobody learns here under this name yet.');
  const { learner } = opened;
  console.log([learner.name, ...learner.credits].join(', '));
  let page: Cards | undefined = opened.enrollments;
  for (let number = 1; page; number += 1) {
    console.log(`\npage ${number}, of ${page.total} enrollments`);
    for (const said of page.cards.map(sayCard)) {
      console.log(`  ${said.title}\n    ${said.standing}`);
      for (const line of said.missing) console.log(`    missing: ${line}`);
      for (const { enrollment, assessment, title } of said.tasks) console.log(`    hand in: submit ${enrollment} ${assessment}  # ${title}`);
      if (said.credential) console.log(`    earned: ${said.credential.text} ${said.credential.page ?? ''}`);
    }
    page = await page.next?.();
  }
}

async function run(api: Api, [command, ...given]: readonly string[]): Promise<boolean> {
  const [first, second, third, fourth] = given;
  if (command === 'dashboard') {
    await dashboard(api, Number(first ?? 10));
  } else if (command === 'enroll' && first) {
    const enrollment = await enroll(api, first, second);
    console.log(`enrolled: ${enrollment?.id} ${enrollment?.status}`);
  } else if (command === 'submit' && first && second && third && fourth) {
    const attempt = await submit(api, first, second, [{ name: third, url: fourth }]);
    console.log(`handed in: ${attempt?.assessment.title}, attempt ${attempt?.number} of ${attempt?.assessment.maxAttempts ?? 'any'}: ${attempt?.status}`);
  } else if (command === 'credentials') {
    for (const link of (await credentials(api)).map(sayCredential)) console.log(`${link.text} ${link.page ?? '(not shared)'}`);
  } else {
    return false;
  }
  return true;
}

const { CAIRN = 'http://localhost:8080', LEARNER } = process.env;
if (!LEARNER) {
  console.error(`LEARNER is not set\n${USAGE}`);
  process.exit(2);
}
try {
  const understood = await run(new Api(`${CAIRN}/graphql`, LEARNER), process.argv.slice(2));
  if (!understood) {
    console.error(USAGE);
    process.exitCode = 2;
  }
} catch (error) {
  if (error instanceof NotDone) console.error(`not done: ${error.userErrors.map(({ code }) => code).join(', ')}\n${error.message}`);
  else if (error instanceof Refused) console.error(`refused: ${error.code}\n${error.message} (request ${error.requestId})`);
  else if (error instanceof SignedOut) console.error(error.message);
  else throw error;
  process.exitCode = 1;
}
