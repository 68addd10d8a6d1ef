// `dayshift history`: what the platform did and why, newest last; each line names the record that `why` explains.
import { ledger } from '../../shared/aws/ledger.ts';
import { instantWords, later } from '../../shared/domain/instants.ts';
import { sentence } from '../../shared/domain/reason.ts';
import { endedWith, entryLines, rolloutEntry } from '../../shared/domain/rollout-entry.ts';
import { sinceInstant } from '../../shared/domain/since-words.ts';
import { atPlace, jsonOption } from '../at-place.ts';
import { WrongUse } from '../command.ts';
import { headed, labelled, lines, wrap } from '../layout.ts';
import { servicesNamed } from '../services.ts';

const STORIES = ['redeploy', 'sleep', 'wake', 'alarm', 'operator', 'reconcile'];
/** Alarms that settled without anybody being told are left out unless asked for. */
const UNTOLD = 'ignore';
const DEFAULT_SINCE = '7d';
const INDENT = 2;
/** A night that ended since then may have begun before a long holiday. */
const LONGEST_NIGHT_SECONDS = 60 * 86_400;

export const history = atPlace(
  {
    name: 'history',
    summary: 'What the platform did and why, newest last',
    usage: 'history [SERVICE…] [--since WHEN] [--story NAME] [--all] [--json]',
    options: {
      since: { type: 'string', value: 'WHEN', help: '30m, 2h, 3d, 09:15 or an instant (default: 7d)', default: DEFAULT_SINCE },
      story: { type: 'string', value: 'NAME', help: 'redeploy, sleep, wake, alarm, operator or reconcile' },
      all: { type: 'boolean', help: 'also what nobody was told of' },
      ...jsonOption,
    },
    example: 'npx dayshift history --since 1d --story redeploy',
  },
  async ({ place, values, positionals, terminal }) => {
    const { manifest } = place;
    const zone = manifest.hours?.timeZone ?? 'UTC';
    const asked = String(values['since'] ?? DEFAULT_SINCE);
    const since = sinceInstant(asked, place.now(), zone);
    if (since === null) throw new WrongUse(`--since ${asked} cannot be read. Give 30m, 2h, 3d, 09:15 or an instant like 2026-11-23T09:00`);
    const { story } = values;
    if (typeof story === 'string' && !STORIES.includes(story))
      throw new WrongUse(`--story ${story}: there is no such story. Stories: ${STORIES.join(', ')}`);
    const services = positionals.length === 0 ? null : servicesNamed(manifest, positionals).map(({ name }) => name);
    const book = ledger(place.host);
    const entries = (await book.list('history', { from: since })).filter(
      ({ value }) =>
        (story === undefined || value.story === story) &&
        (services === null || (value.service !== null && services.includes(value.service))) &&
        (values['all'] === true || value.action !== UNTOLD),
    );
    const rollouts = new Map((await book.list('rollout', { from: since })).map(({ value }) => [value.id, rolloutEntry(value)]));
    const certificates = new Map((await book.list('night', { from: later(since, -LONGEST_NIGHT_SECONDS) })).map(({ key, value }) => [`wake-${key}`, value.certificate]));
    const told = entries.map(({ at, value }) => ({
      at,
      id: value.id,
      story: value.story,
      service: value.service,
      action: value.action,
      reason: value.reason,
      sentence: sentence(value.reason, value.facts),
      rollout: endedWith(value) ? (rollouts.get(value.id.split('/')[0] ?? '') ?? null) : null,
      certificate: certificates.get(value.id) ?? null,
    }));
    if (values['json'] === true) {
      terminal.out(`${JSON.stringify(told, null, 2)}\n`);
      return 0;
    }
    if (told.length === 0) terminal.out(`Nothing happened since ${instantWords(since, zone)}.\n`);
    for (const { at, id, story: of, service, sentence: words, rollout, certificate } of told) {
      const head = `${instantWords(at, zone)}  ${of}${service === null ? '' : ` ${service}`}`;
      terminal.out(
        lines(
          headed(terminal, head, id),
          wrap(words, terminal.columns - INDENT).map((line) => ' '.repeat(INDENT) + line),
          rollout === null || told.findLast((line) => line.rollout?.id === rollout.id)?.id !== id
            ? []
            : entryLines(rollout, zone).map(([label, text]) => labelled(terminal, ' '.repeat(INDENT) + label, text, 'quiet')),
          (certificate?.differences ?? []).map((text) => labelled(terminal, `${' '.repeat(INDENT)}Different`, text, 'warning')),
          (certificate?.explained ?? []).map((text) => labelled(terminal, `${' '.repeat(INDENT)}Explained`, text, 'quiet')),
        ),
      );
    }
    return 0;
  },
);
