// The public pages in a real browser: the demonstration is started, and its pages opened at the width of a phone and of a desk, light and dark, and printed.
// CAIRN_SCREENSHOTS names a folder to keep pictures of what was seen.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { HtmlValidate } from 'html-validate';
import jsQR from 'jsqr';
import { chromium } from 'playwright-core';
import { PNG } from 'pngjs';

const BROWSERS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
const WIDTHS = { phone: 390, desk: 1280 };
const validator = new HtmlValidate({
  extends: ['html-validate:standard', 'html-validate:document'],
  // A page is made without blanks between elements.
  rules: { 'no-trailing-whitespace': 'off', 'require-sri': ['error', { target: 'crossorigin' }], 'no-inline-style': 'error', 'long-title': 'off' },
});

let demo;
let browser;
let base;
let credential;
let revoked;
let passport;
let standings;
let problems = [];

before(async () => {
  const binary = process.env.CAIRN_TEST_BINARY;
  assert.ok(binary, 'CAIRN_TEST_BINARY names the server to test; tests/run sets it');
  const executablePath = BROWSERS.find((file) => file && existsSync(file));
  assert.ok(executablePath, 'no Chromium: tests/run installs it, or CHROMIUM names it');
  demo = spawn(binary, ['demo', '--json', '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const summary = await summaryOf(demo);
  credential = summary.variables.PAGE ?? summary.variables.page;
  revoked = summary.revokedPage;
  passport = summary.passportPage;
  standings = summary.pages;
  assert.ok(credential, `the demonstration names no credential: ${JSON.stringify(summary)}`);
  base = new URL(credential).origin;
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--force-color-profile=srgb'] });
});

after(async () => {
  await browser?.close();
  demo?.kill('SIGTERM');
});

/** What the demonstration prints once it serves. */
function summaryOf(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      try {
        resolve(JSON.parse(text));
      } catch {
        // More is to come.
      }
    });
    child.on('exit', (code) => reject(new Error(`the demonstration ended with ${code}: ${text}`)));
  });
}

/** A page of its own, which notes everything that goes wrong in it. */
async function open(width, colorScheme, address, more = {}) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, ...more });
  const page = await context.newPage();
  problems = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('requestfailed', (request) => problems.push(`${request.url()}: ${request.failure()?.errorText}`));
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== 'data:' && origin !== base) problems.push(`asks somebody else: ${request.url()}`);
  });
  if (address) {
    const answer = await page.goto(address, { waitUntil: 'load' });
    assert.equal(answer.status(), 200, address);
  }
  return page;
}

async function keep(page, name) {
  const folder = process.env.CAIRN_SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
}

/** Nothing that axe finds, nothing beyond the edge, nothing in the console. */
async function inspect(page, name) {
  await keep(page, name);
  // Evaluated by the browser's debugger, which the page's policy does not bind.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: { type: 'tag', values: tags } }), RULES);
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(' | ')}`);
  assert.deepEqual(found, [], name);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overflow <= 0, `${name} is ${overflow} pixels too wide`);
  assert.deepEqual(problems, [], name);
}

async function validate(address) {
  const html = await (await fetch(address, { headers: { accept: 'text/html' } })).text();
  const report = await validator.validateString(html, address);
  const messages = report.results.flatMap((result) => result.messages);
  assert.deepEqual(messages.map(({ ruleId, message, line, column }) => `${ruleId} ${line}:${column} ${message}`), [], address);
}

/** The addresses of what is public, found by following the credential's page. */
async function pages() {
  const page = await open(WIDTHS.desk, 'light', credential);
  const hrefs = await page.$$eval('a[href]', (links) => links.map((link) => link.href));
  await page.context().close();
  const find = (part) => hrefs.find((href) => href.startsWith(base) && href.includes(part));
  return {
    credential,
    revoked,
    passport,
    embed: `${credential}/embed`,
    issuer: find('/issuers/'),
    achievement: find('/achievements/'),
    verify: `${base}/verify`,
  };
}

test('every page is good for everyone, at every width, in light and dark', async () => {
  for (const [name, address] of Object.entries(await pages())) {
    assert.ok(address, `no link leads to the page: ${name}`);
    await validate(address);
    for (const [device, width] of Object.entries(WIDTHS)) {
      for (const scheme of ['light', 'dark']) {
        const page = await open(width, scheme, address);
        await inspect(page, `${name}-${device}-${scheme}`);
        await page.context().close();
      }
    }
  }
});

test('a credential tells where it stands in plain words, whatever became of it', async () => {
  const told = {
    standing: 'This credential stands',
    revoked: 'This credential was revoked',
    suspended: 'This credential is suspended',
    expired: 'This credential has expired',
    replaced: 'This credential was replaced',
    renewed: 'It was renewed.',
    endorsed: 'Who vouches for it',
  };
  for (const [name, words] of Object.entries(told)) {
    await validate(standings[name]);
    for (const [device, scheme] of [['phone', 'light'], ['desk', 'dark']]) {
      const page = await open(WIDTHS[device], scheme, standings[name]);
      assert.ok(await page.getByText(words).first().isVisible(), `${name}: ${await page.innerText('main')}`);
      const added = await page.getByRole('link', { name: 'Add to LinkedIn' }).count();
      assert.equal(added, ['standing', 'renewed', 'endorsed'].includes(name) ? 1 : 0, name);
      await inspect(page, `standing-${name}-${device}-${scheme}`);
      await page.context().close();
    }
  }
});

/** The address of a page in a language. */
function spoken(address, language) {
  const url = new URL(address);
  url.searchParams.set('lang', language);
  return url.href;
}

test('every page is as good in every language, laid out from where its lines begin', async () => {
  for (const [name, address] of Object.entries({ ...(await pages()), missing: `${base}/nothing` })) {
    for (const [language, direction] of [['de', 'ltr'], ['ar', 'rtl']]) {
      const asked = spoken(address, language);
      await validate(asked);
      for (const [device, scheme] of [['phone', 'light'], ['phone', 'dark'], ['desk', 'light']]) {
        const page = await open(WIDTHS[device], scheme);
        await page.goto(asked, { waitUntil: 'load' });
        problems = problems.filter((text) => !(name === 'missing' && text.includes('404')));
        await inspect(page, `${name}-${language}-${device}-${scheme}`);
        const html = page.locator('html');
        assert.deepEqual([await html.getAttribute('lang'), await html.getAttribute('dir')], [language, direction], asked);
        const sideBySide = { credential: ['img.badge', 'h1'], embed: ['img.badge', 'h1'] }[name] ?? ['nav li:first-child', 'nav li:last-child'];
        const [first, second] = await Promise.all(sideBySide.map((part) => page.locator(part).boundingBox()));
        if (device === 'desk') assert.equal(first.x > second.x, direction === 'rtl', `${asked} begins where its lines begin`);
        await page.context().close();
      }
    }
  }
});

test('a reader changes the language without a script, and goes on in it', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'de-AT' });
  const page = await context.newPage();
  await page.goto(credential);
  assert.ok(await page.getByText('Dieser Nachweis gilt').isVisible());
  await page.getByRole('link', { name: 'العربية' }).click();
  assert.equal(await page.locator('html').getAttribute('dir'), 'rtl');
  assert.ok(await page.getByText('هذه الشهادة سارية').isVisible());
  await page.locator('dl.who a').click();
  assert.equal(await page.locator('html').getAttribute('lang'), 'ar', 'the page of the issuer, too');
  await page.getByRole('link', { name: 'English' }).click();
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  await context.close();
});

test('a credential is told at a glance, in less than 50 KB and without a script', async () => {
  const context = await browser.newContext({ viewport: { width: WIDTHS.phone, height: 844 }, javaScriptEnabled: false });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  let bytes = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await page.goto(credential, { waitUntil: 'load' });
  for (const text of ['This credential stands', 'As of', 'Awarded by']) {
    assert.ok(await page.getByText(text).first().isVisible(), text);
  }
  const verdict = await page.locator('.verdict').boundingBox();
  const title = await page.locator('h1').boundingBox();
  assert.ok(verdict.y < 200 && title.y + title.height < 844, 'both are seen without scrolling');
  assert.ok(bytes > 0 && bytes < 50_000, `${bytes} bytes`);
  for (const language of ['de', 'ar']) {
    bytes = 0;
    await page.goto(`${credential}?lang=${language}`, { waitUntil: 'load' });
    assert.ok(bytes > 0 && bytes < 50_000, `${bytes} bytes in ${language}`);
  }
  await context.close();
});

test('it prints on few pages', async () => {
  for (const language of ['en', 'de', 'ar']) {
    const page = await open(WIDTHS.desk, 'light', `${credential}?lang=${language}`);
    await page.emulateMedia({ media: 'print' });
    await keep(page, `credential-print-${language}`);
    const pdf = await page.pdf({ format: 'A4' });
    const count = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g).length;
    assert.ok(count <= 4, `${count} pages in ${language}`);
    await page.context().close();
  }
});

test('a passport is told without a script, in less than 50 KB, and prints on few pages', async () => {
  const context = await browser.newContext({ viewport: { width: WIDTHS.phone, height: 844 }, javaScriptEnabled: false });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  let bytes = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await page.goto(passport, { waitUntil: 'load' });
  for (const text of ['Learning passport', 'Stands', 'Expires soon', 'What it counts towards', 'Projects']) {
    assert.ok(await page.getByText(text).first().isVisible(), text);
  }
  assert.ok(bytes > 0 && bytes < 50_000, `${bytes} bytes`);
  await context.close();
  const printed = await open(WIDTHS.desk, 'light', passport);
  await printed.emulateMedia({ media: 'print' });
  await keep(printed, 'passport-print');
  const pdf = await printed.pdf({ format: 'A4' });
  const count = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g).length;
  assert.ok(count <= 5, `${count} pages`);
  await printed.context().close();
});

test('every link leads somewhere', async () => {
  const seen = new Set();
  for (const address of Object.values(await pages())) {
    const page = await open(WIDTHS.desk, 'light', address);
    const found = await page.$$eval('a[href], link[href], img[src], iframe[src]', (all) => all.map((one) => one.href ?? one.src));
    await page.context().close();
    for (const link of found.filter((link) => link.startsWith(base))) seen.add(link.split('#')[0]);
  }
  assert.ok(seen.size > 8, `${seen.size} links`);
  for (const link of seen) {
    const answer = await fetch(link);
    assert.equal(answer.status, 200, link);
  }
});

test('what is dropped or pasted on the page of verifying is checked', async () => {
  const document = await (await fetch(`${credential}.json`)).text();
  const file = async (ending, mimeType) => ({
    name: `it.${ending}`,
    mimeType,
    buffer: Buffer.from(await (await fetch(`${credential}.${ending}`)).arrayBuffer()),
  });
  const given = [
    ['json', async (page) => page.setInputFiles('#file', await file('json', 'application/json')), 'This credential stands'],
    ['png', async (page) => page.setInputFiles('#file', await file('png', 'image/png')), 'This credential stands'],
    ['svg', async (page) => page.setInputFiles('#file', await file('svg', 'image/svg+xml')), 'This credential stands'],
    ['pdf', async (page) => page.setInputFiles('#file', await file('pdf', 'application/pdf')), 'This credential stands'],
    ['text', async (page) => page.fill('#text', document), 'This credential stands'],
    ['token', async (page) => page.fill('#text', await (await fetch(`${credential}.jwt`)).text()), 'This credential stands'],
    ['link', async (page) => page.fill('#link', credential), 'This credential stands'],
    ['tampered', async (page) => page.fill('#text', document.replace('"validFrom":"2', '"validFrom":"1')), 'This credential is not valid'],
    ['nonsense', async (page) => page.fill('#text', 'good day'), 'There is no credential in this'],
  ];
  for (const [name, fill, answer] of given) {
    const page = await open(WIDTHS.phone, 'light', `${base}/verify`);
    await fill(page);
    await Promise.all([page.waitForNavigation(), page.getByRole('button', { name: 'Check' }).click()]);
    assert.ok(await page.getByText(answer).isVisible(), `${name}: ${await page.innerText('main')}`);
    await inspect(page, `verified-${name}`);
    await page.context().close();
  }
});

test('the QR code leads to the page', async () => {
  const page = await open(WIDTHS.desk, 'light', credential, { deviceScaleFactor: 3 });
  const { data, width, height } = PNG.sync.read(await page.locator('img.code').screenshot());
  assert.equal(jsQR(new Uint8ClampedArray(data), width, height)?.data, credential);
  await page.context().close();
});

test('others may frame the card and nothing else', async () => {
  const framed = await fetch(`${credential}/embed`);
  assert.match(framed.headers.get('content-security-policy'), /frame-ancestors \*/);
  for (const address of [credential, `${base}/verify`]) {
    const answer = await fetch(address, { headers: { accept: 'text/html' } });
    assert.match(answer.headers.get('content-security-policy'), /frame-ancestors 'none'/);
  }
  const snippet = await (await fetch(`${base}/oembed?url=${encodeURIComponent(credential)}`)).json();
  assert.match(snippet.html, /^<iframe src="/);
});
