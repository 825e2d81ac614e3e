// The dashboard on a page: a token signs in, cards appear page by page, work is handed in where it is missing.
import { Api, NotDone, Refused, SignedOut } from './api.js';
import { type Cards, open } from './dashboard.js';
import { type Said, sayCard, type Task } from './words.js';
import { submit } from './work.js';

const PAGE_SIZE = 5;

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, text = '', ...children: Node[]): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.textContent = text;
  made.append(...children);
  return made;
}

function link(text: string, address: string) {
  const anchor = element('a', text);
  anchor.href = address;
  return anchor;
}

const required = <Found extends Element>(selector: string) => {
  const found = document.querySelector<Found>(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
};
const signIn = required<HTMLFormElement>('#sign-in');
const main = required<HTMLElement>('main');
const notice = required<HTMLElement>('#notice');

/** Does something and tells what came of it. */
async function attempt(doing: () => Promise<string | void>) {
  notice.textContent = '';
  try {
    notice.textContent = (await doing()) ?? '';
  } catch (error) {
    if (!(error instanceof NotDone || error instanceof Refused || error instanceof SignedOut)) throw error;
    notice.textContent = error.message;
    if (error instanceof SignedOut) signIn.hidden = false;
  }
}

function taskForm(api: Api, task: Task) {
  const address = element('input');
  Object.assign(address, { type: 'url', required: true, placeholder: 'https://…', ariaLabel: `Address of your work for ${task.title}` });
  const form = element('form', '', element('span', `${task.title}: `), address, element('button', 'Hand in'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void attempt(async () => {
      const made = await submit(api, task.enrollment, task.assessment, [{ name: task.title, url: address.value }]);
      form.remove();
      return `Handed in: ${task.title}, attempt ${made?.number}.`;
    });
  });
  return form;
}

function card(api: Api, said: Said) {
  const shown = element('article', '', element('h2', said.title), element('p', said.standing));
  if (said.missing.length > 0) shown.append(element('ul', '', ...said.missing.map((line) => element('li', line))));
  shown.append(...said.tasks.map((task) => taskForm(api, task)));
  const { credential } = said;
  if (credential) {
    const links = [credential.page && link('page', credential.page), credential.linkedIn && link('add to LinkedIn', credential.linkedIn)];
    shown.append(element('p', `Earned: ${credential.text} `, ...links.filter((one) => one !== null && one !== '').flatMap((one) => [one, element('span', ' ')])));
  }
  return shown;
}

function show(api: Api, page: Cards) {
  main.append(...page.cards.map((shown) => card(api, sayCard(shown))));
  const { next } = page;
  if (!next) return;
  const more = element('button', 'More');
  more.addEventListener('click', () => {
    void attempt(async () => {
      const following = await next();
      more.remove();
      show(api, following);
    });
  });
  main.append(more);
}

signIn.addEventListener('submit', (event) => {
  event.preventDefault();
  const given = new FormData(signIn);
  const api = new Api(`${String(given.get('server')).replace(/\/$/, '')}/graphql`, String(given.get('token')).trim());
  void attempt(async () => {
    const opened = await open(api, PAGE_SIZE);
    if (!opened) return 'Nobody learns here under this name yet.';
    signIn.hidden = true;
    main.replaceChildren(element('h1', opened.learner.name), element('p', opened.learner.credits.join(', ')));
    show(api, opened.enrollments);
    return undefined;
  });
});
