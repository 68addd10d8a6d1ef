// `dayshift logs`: what the containers of a service say, redacted of what looks like a secret, with a search and a follow (W10).
import { logLines, type LogLine } from '../../shared/aws/log-lines.ts';
import type { ManifestService } from '../../shared/domain/manifest.ts';
import { redact } from '../../shared/domain/redact.ts';
import { sinceInstant } from '../../shared/domain/since-words.ts';
import { wallWords } from '../../shared/domain/wall-clock.ts';
import { atPlace, jsonOption, type Work } from '../at-place.ts';
import { WrongUse } from '../command.ts';
import { paint } from '../layout.ts';
import { servicesNamed } from '../services.ts';
import { INTERRUPTED } from '../terminal.ts';

const LOOK_SECONDS = 2;
/** A rehearsal's time flies: following it for ever would never end. */
const REHEARSED_SECONDS = 600;

interface Told extends LogLine {
  readonly service: string;
}

export const logs = atPlace(
  {
    name: 'logs',
    summary: 'What the containers say, searched and followed',
    usage: 'logs [SERVICE…] [--since WHEN] [--grep TEXT] [--follow] [--json]',
    options: {
      since: { type: 'string', value: 'WHEN', help: '30m, 2h, 09:15 or an instant (default: 1h)', default: '1h' },
      grep: { type: 'string', value: 'TEXT', help: 'only lines that contain it, in any case' },
      follow: { type: 'boolean', help: 'go on until Ctrl-C' },
      ...jsonOption,
    },
    example: 'npx dayshift logs app --since 3h --grep error',
  },
  async (work) => {
    const { place, values, positionals, terminal } = work;
    const services = servicesNamed(place.manifest, positionals);
    const zone = place.manifest.hours?.timeZone ?? 'UTC';
    const since = sinceInstant(String(values['since']), place.now(), zone);
    if (since === null)
      throw new WrongUse(`--since ${String(values['since'])} cannot be read. Give 30m, 2h, 09:15 or an instant like 2026-11-23T09:00`);
    const shown = await show(work, services, Date.parse(since), new Set(), zone);
    if (values['follow'] === true) return follow(work, services, shown, zone);
    const wanted = typeof values['grep'] === 'string' ? ` with "${values['grep']}"` : '';
    if (shown.count === 0)
      terminal.err(`No lines since then${wanted}. A service that sleeps says nothing; --since 1d looks further back.\n`);
    return 0;
  },
);

interface Shown {
  readonly count: number;
  readonly newest: number;
  readonly seen: ReadonlySet<string>;
}

const show = async (
  { place, values, terminal }: Work,
  services: readonly ManifestService[],
  since: number,
  seen: ReadonlySet<string>,
  zone: string,
): Promise<Shown> => {
  const read = logLines(place.host);
  const groups = [...new Map(services.map((service) => [service.logGroup, service.name])).entries()];
  const all = (
    await Promise.all(groups.map(async ([group, service]) => (await read(group, since)).map((line): Told => ({ ...line, service }))))
  ).flat();
  const wanted = String(values['grep'] ?? '').toLowerCase();
  const fresh = all.filter(({ id }) => !seen.has(id)).toSorted((one, other) => one.at - other.at);
  const lines = fresh.filter(({ message }) => message.toLowerCase().includes(wanted));
  for (const { at, service, stream, message } of lines) {
    const text = redact(message.trimEnd());
    if (values['json'] === true) {
      terminal.out(`${JSON.stringify({ at: new Date(at).toISOString(), service, stream, message: text })}\n`);
      continue;
    }
    const task = stream.split('/').at(-1)?.slice(0, 8) ?? '';
    terminal.out(`${paint(terminal, 'quiet', `${wallWords(at, zone).slice(5)} ${service} ${task}`)}  ${text}\n`);
  }
  return { count: lines.length, newest: Math.max(since, ...all.map(({ at }) => at)), seen: new Set(all.map(({ id }) => id)) };
};

const follow = async (work: Work, services: readonly ManifestService[], first: Shown, zone: string): Promise<number> => {
  const { place, terminal } = work;
  const began = Date.parse(place.now());
  for (let shown = first; ;) {
    await place.pause(LOOK_SECONDS, terminal.interrupted);
    if (terminal.interrupted.aborted) return INTERRUPTED;
    shown = await show(work, services, shown.newest, shown.seen, zone);
    if (place.kind === 'local' && Date.parse(place.now()) - began >= REHEARSED_SECONDS * 1000) {
      terminal.err('Followed ten minutes of the rehearsal; on AWS it goes on until Ctrl-C.\n');
      return 0;
    }
  }
};
