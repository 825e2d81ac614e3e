// A mail server on the loopback, for stories of notices: the SMTP server and the parser of the Nodemailer project. Prints a line of JSON for each thing
// that happens: first its port, then each session that begins, each recipient that is refused and each message that it took. Reads lines of JSON from
// standard input: how it is to behave from then on, as far as they say. It ends with its standard input.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { SMTPServer } from 'smtp-server';
import { simpleParser } from 'mailparser';

// `reply` to every recipient, `replies` by address, `once` by address the first time alone: each a code and its words, like "451 4.7.1 later". `drop`: hangs
// up within the message. `deaf`: hangs up once it has taken a message and before it says so.
const mood = { reply: null, replies: {}, once: {}, drop: false, deaf: false };
const { user, password, tls } = JSON.parse(process.argv[2] ?? '{}');
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const here = (name) => readFileSync(new URL(`smtp/${name}`, import.meta.url));

/** An error that is answered as it says. */
function refusal(text) {
  const error = new Error(text.slice(4));
  error.responseCode = Number(text.slice(0, 3));
  return error;
}

function hangUp(session) {
  for (const connection of server.connections) {
    if (connection.session === session || connection.session?.id === session.id) connection._socket.destroy();
  }
}

async function take(stream, session, done) {
  const chunks = [];
  stream.on('data', (chunk) => {
    chunks.push(chunk);
    if (mood.drop) hangUp(session);
  });
  stream.on('end', async () => {
    const raw = Buffer.concat(chunks);
    const mail = await simpleParser(raw);
    const lines = mail.headerLines.map(({ key, line }) => [key, line.slice(line.indexOf(':') + 1).trim()]);
    say({
      took: {
        from: session.envelope.mailFrom.address,
        to: session.envelope.rcptTo.map(({ address }) => address),
        secure: session.secure,
        user: session.user ?? null,
        hello: session.hostNameAppearsAs,
        headers: Object.fromEntries(lines),
        shown: { from: mail.from?.value, to: mail.to?.value, replyTo: mail.replyTo?.value },
        subject: mail.subject,
        date: mail.date,
        messageId: mail.messageId,
        text: mail.text,
        html: mail.html,
        raw: raw.toString('latin1'),
      },
    });
    if (mood.deaf) hangUp(session);
    else done();
  });
}

const server = new SMTPServer({
  name: 'mail.test',
  banner: 'ready',
  disabledCommands: [...(tls ? [] : ['STARTTLS']), ...(user ? [] : ['AUTH'])],
  authOptional: !user,
  allowInsecureAuth: !tls,
  ...(tls ? { key: here('server.key'), cert: here('server.pem') } : {}),
  logger: false,
  onConnect(session, done) {
    say({ session: session.id });
    done();
  },
  onAuth(auth, session, done) {
    const known = auth.username === user && auth.password === password;
    done(known ? null : refusal('535 5.7.8 who are you?'), { user: auth.username });
  },
  onRcptTo({ address }, session, done) {
    const once = mood.once[address];
    delete mood.once[address];
    const answer = once ?? mood.replies[address] ?? mood.reply;
    if (answer) say({ refused: address, answer });
    done(answer ? refusal(answer) : null);
  },
  onData: take,
});
server.on('error', () => {}); // Whoever hangs up is told of by what does not come.
server.listen(0, '127.0.0.1', () => say({ port: server.server.address().port }));

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  Object.assign(mood, JSON.parse(line));
  say({ mood });
});
lines.on('close', () => process.exit(0));
