// Writes what a rehearsal leaves behind: the full trail as JSON Lines and every message as a file.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from './rehearsal.ts';

const bigintAsText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);
const fileName = (text: string): string =>
  text
    .replaceAll(/[^A-Za-z0-9.-]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 60);

/** Writes trail.jsonl and messages/ into the folder; what an earlier rehearsal left there is replaced. */
export const writeFolder = (folder: string, outcome: Outcome): void => {
  const kept = join(folder, 'messages');
  // Written aside and put in place at once: another rehearsal of the platform may end at the same time.
  const messages = `${kept}.${process.pid}`;
  mkdirSync(messages, { recursive: true });
  writeFileSync(
    join(folder, 'trail.jsonl'),
    outcome.trail.map((entry) => `${JSON.stringify({ ...entry, at: new Date(entry.at).toISOString() }, bigintAsText)}\n`).join(''),
  );
  outcome.mail.forEach((mail, index) => {
    const name = `${String(index + 1).padStart(2, '0')}-mail-${fileName(mail.subject)}.txt`;
    writeFileSync(
      join(messages, name),
      `To: ${mail.to}\nDate: ${new Date(mail.at).toUTCString()}\nSubject: ${mail.subject}\n\n${mail.body}\n`,
    );
  });
  outcome.slack.forEach((message, index) => {
    writeFileSync(
      join(messages, `${String(index + 1).padStart(2, '0')}-slack-${fileName(message.text)}.json`),
      `${JSON.stringify(message, null, 2)}\n`,
    );
  });
  rmSync(kept, { recursive: true, force: true, maxRetries: 5 });
  renameSync(messages, kept);
};
