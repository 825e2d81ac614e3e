// Verifies webhooks by the reference library of Standard Webhooks. Reads a JSON list of messages (`secret`, `headers`, `body`, and `now`, the
// receiver's clock in seconds) from standard input; prints a line of JSON for each.
import { Webhook } from 'standardwebhooks';

let text = '';
for await (const chunk of process.stdin) text += chunk;
const clock = Date.now;
for (const { secret, headers, body, now } of JSON.parse(text)) {
  Date.now = now ? () => now * 1000 : clock;
  try {
    const { type } = new Webhook(secret).verify(body, headers);
    console.log(JSON.stringify({ verified: true, type }));
  } catch (error) {
    console.log(JSON.stringify({ verified: false, error: error.message }));
  }
}
