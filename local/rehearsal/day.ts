// A day file: instants and happenings, read and checked at once, with every finding named by line, field and remedy.
import { findNodeAtLocation, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import * as v from 'valibot';
import { readInstant, writtenInstant } from '../../shared/domain/wall-clock.ts';
import { faultSchema } from './day-faults.ts';

const text = (what: string): v.GenericSchema<string, string> => v.pipe(v.string(`${what} must be text`), v.nonEmpty(`${what} must not be empty`)) as v.GenericSchema<string, string>;

const count = (what: string): v.GenericSchema<number, number> =>
  v.pipe(v.number(`${what} must be a number`), v.integer(`${what} must be a whole number`), v.minValue(0, `${what} must be at least 0`));

/** How an image behaves once it runs; `good` is healthy. */
export const behaviours = [
  'good', 'crashes', 'crashes-late', 'never-healthy', 'raises-5xx', 'out-of-memory', 'wrong-architecture', 'missing', 'slow',
] as const;
export type Behaviour = (typeof behaviours)[number];

/** What a person may order by hand; the line is stopped with `hold`, and the night put off with `keep-awake`. */
export const orderVerbs = ['approve', 'reject', 'hold', 'release-hold', 'keep-awake', 'wake', 'sleep-now'] as const;

/** How the migration of an image ends, where the platform file asks for one. */
export const migrations = ['passes', 'passes-late', 'fails', 'hangs'] as const;
export type Migration = (typeof migrations)[number];

/** A signature that does not fit, a request sent ten minutes after it was signed, or the same request three times. */
export const pressTricks = ['forged', 'late', 'replayed'] as const;

const happening = {
  push: v.strictObject({
    repository: text('repository'),
    tags: v.pipe(v.array(text('tag')), v.minLength(1, 'a push needs at least one tag')),
    image: v.optional(v.picklist(behaviours, `image must be one of ${behaviours.join(', ')}`), 'good'),
    /** Default: it passes. */
    migration: v.optional(v.picklist(migrations, `migration must be one of ${migrations.join(', ')}`)),
    /** Name for the digest, so that the same image can be pushed twice; default: a new digest. */
    digest: v.optional(text('digest')),
    /** Commit that the image's label names, as builders write it. */
    commit: v.optional(text('commit')),
    /** Severity counts that a scan finds, where the repository scans. */
    findings: v.optional(v.record(v.picklist(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'], 'findings are counted by CRITICAL, HIGH, MEDIUM and LOW'), v.number('findings must be numbers'))),
    /** An image index with one manifest per platform, as builders for several processors push it. */
    platforms: v.optional(v.array(text('platform'))),
    duplicate: v.optional(v.boolean('duplicate must be true or false'), false),
    lost: v.optional(v.boolean('lost must be true or false'), false),
  }),
  /** Forces a metric to a value for some minutes, so that the platform's own alarms judge it. */
  metric: v.strictObject({
    alarm: text('alarm'),
    value: v.number('value must be a number'),
    minutes: v.pipe(v.number('minutes must be a number'), v.minValue(1, 'minutes must be at least 1')),
  }),
  /** A composite alarm that somebody makes over the platform's own. */
  composite: v.strictObject({ name: text('name'), rule: text('rule'), meaning: v.optional(text('meaning'), 'Made by the day file.'), suppressor: v.optional(text('suppressor')) }),
  /** Somebody mutes an alarm in CloudWatch itself. */
  mute: v.strictObject({ alarm: text('alarm'), minutes: v.pipe(v.number('minutes must be a number'), v.minValue(1, 'minutes must be at least 1')) }),
  /** A service writes a line to its log, `repeat` times as long. */
  log: v.strictObject({
    service: text('service'),
    line: text('line'),
    repeat: v.optional(v.pipe(v.number('repeat must be a number'), v.minValue(1, 'repeat must be at least 1'), v.maxValue(100_000, 'repeat must be at most 100000')), 1),
  }),
  /** Somebody presses a button of the newest message that has it (or of the message with that id), or types `/dayshift`; `trick` is how a stranger does it. */
  press: v.strictObject({
    button: v.optional(text('button')),
    message: v.optional(text('message')),
    command: v.optional(text('command')),
    by: v.optional(text('by'), 'mara'),
    trick: v.optional(v.picklist(pressTricks, `trick must be one of ${pressTricks.join(', ')}`)),
    /** Nothing happens, instead of a refusal, while no message has that button. */
    ifSent: v.optional(v.boolean('ifSent must be true or false'), false),
  }),
  /** Many alarms of people's own on one service ring within some seconds, each for some minutes. */
  storm: v.strictObject({
    service: text('service'),
    alarms: v.pipe(v.number('alarms must be a number'), v.integer('alarms must be a whole number'), v.minValue(1, 'alarms must be at least 1'), v.maxValue(1_000, 'alarms must be at most 1000')),
    seconds: count('seconds'),
    minutes: v.pipe(v.number('minutes must be a number'), v.minValue(1, 'minutes must be at least 1')),
  }),
  alarm: v.strictObject({ name: text('name'), state: v.picklist(['ALARM', 'OK', 'INSUFFICIENT_DATA'], 'state must be ALARM, OK or INSUFFICIENT_DATA'), reason: v.optional(text('reason'), 'set by the day file') }),
  visit: v.strictObject({
    path: v.optional(text('path'), '/'),
    host: v.optional(text('host')),
    method: v.optional(text('method'), 'GET'),
    headers: v.optional(v.record(v.string(), v.string('header values must be text')), {}),
    times: v.optional(v.pipe(v.number('times must be a number'), v.minValue(1, 'times must be at least 1'), v.maxValue(10_000, 'times must be at most 10000')), 1),
  }),
  /** Somebody opens, or presses, the newest wake link people were told. */
  link: v.strictObject({
    press: v.optional(v.boolean('press must be true or false'), false),
    forged: v.optional(v.boolean('forged must be true or false'), false),
    ifSent: v.optional(v.boolean('ifSent must be true or false'), false),
    headers: v.optional(v.record(v.string(), v.string('header values must be text')), {}),
  }),
  /** A raw event, exactly as AWS sends it: version, id, detail-type, source, account, time, region, resources, detail. */
  event: v.looseObject({ 'detail-type': text('detail-type'), source: text('source'), detail: v.record(v.string(), v.unknown(), 'detail must be an object') }),
  /** Somebody changes the count by hand. */
  count: v.strictObject({ service: text('service'), desired: count('desired') }),
  /** Somebody changes a scaling target by hand, as RegisterScalableTarget does: what is not named stays. */
  bounds: v.strictObject({
    service: text('service'),
    min: v.optional(count('min')),
    max: v.optional(count('max')),
    suspended: v.optional(
      v.strictObject({
        scaleIn: v.optional(v.boolean('scaleIn must be true or false')),
        scaleOut: v.optional(v.boolean('scaleOut must be true or false')),
        scheduled: v.optional(v.boolean('scheduled must be true or false')),
      }),
    ),
    /** A scheduled action of theirs beside it. */
    action: v.optional(v.strictObject({ name: text('name'), schedule: text('schedule'), min: count('min'), max: count('max') })),
  }),
  /** Somebody starts a story by hand. */
  start: v.strictObject({ story: v.picklist(['redeploy', 'sleep', 'wake'], 'story must be redeploy, sleep or wake'), services: v.optional(v.array(text('service'))), by: v.optional(text('by'), 'operator'), intent: v.optional(v.picklist(['newest', 'previous', 'release'], 'intent must be newest, previous or release')) }),
  /** Somebody answers a gate, stops and starts the line, or has a word about the night. */
  order: v.strictObject({
    verb: v.picklist(orderVerbs, `verb must be one of ${orderVerbs.join(', ')}`),
    /** Of orders about a service; a night is the whole platform's. */
    service: v.optional(text('service'), 'platform'),
    by: v.optional(text('by'), 'operator'),
    minutes: v.optional(v.pipe(v.number('minutes must be a number'), v.minValue(1, 'minutes must be at least 1'))),
    /** At the command line, or in Slack by the button of the newest message that has one, or by `/dayshift`. */
    how: v.optional(v.picklist(['terminal', 'button', 'command'], 'how must be terminal, button or command'), 'terminal'),
  }),
  /** Deploys the templates again, as `cdk deploy` does; with `change`, every task definition has that variable more than before. */
  deploy: v.strictObject({ stacks: v.optional(v.array(text('stack'))), change: v.optional(text('change')) }),
  /** Another platform of the account found an image bad and shares its quarantine. */
  elsewhere: v.strictObject({ digest: text('digest'), platform: v.optional(text('platform'), 'other-dev'), reason: v.optional(text('reason'), 'its tasks stopped') }),
  /** Something goes wrong on purpose. */
  fault: faultSchema,
  note: text('note'),
} as const;
export type HappeningKind = keyof typeof happening;
export const happeningKinds = Object.keys(happening) as readonly HappeningKind[];

/** What happens when; `place` is where somebody wrote it. */
export type Happening = { readonly [K in HappeningKind]: { readonly kind: K; readonly at: number; readonly value: v.InferOutput<(typeof happening)[K]>; readonly place: string } }[HappeningKind];

export interface Day {
  /** Where it was written. */
  readonly file: string;
  readonly title: string;
  readonly seed: string;
  readonly from: number;
  readonly until: number;
  readonly happenings: readonly Happening[];
}

/** Bad input: every finding at once, each with the file, the place, the value and the remedy. */
export class DayFileError extends Error {
  readonly findings: readonly string[];
  constructor(file: string, findings: readonly string[]) {
    super(`${file} cannot be played:\n${findings.map((finding) => `  ${finding}`).join('\n')}`);
    this.name = 'DayFileError';
    this.findings = findings;
  }
}

const header = v.strictObject({
  title: v.optional(text('title'), 'A day'),
  seed: v.optional(v.union([v.pipe(v.string(), v.nonEmpty('seed must not be empty')), v.number()], 'seed must be text or a number'), 1),
  from: text('from'),
  until: text('until'),
  happenings: v.array(v.unknown(), 'happenings must be a list'),
});

/** Reads a day file. `timeZone` is the platform's own: instants without offset are its wall clock. Throws DayFileError. */
export const readDay = (file: string, source: string, timeZone: string): Day => {
  const errors: ParseError[] = [];
  const tree = parseTree(source, errors, { allowTrailingComma: false, disallowComments: true });
  const [broken] = errors;
  if (tree === undefined || broken !== undefined) {
    const offset = broken?.offset ?? 0;
    throw new DayFileError(file, [`line ${lineAt(source, offset)}: not JSON (${broken === undefined ? 'empty' : printParseErrorCode(broken.error)}). Write one JSON object as docs/day-file.md shows`]);
  }
  return checkDay(file, JSON.parse(source), timeZone, (path) => whereIs(source, tree, path));
};

type Where = (path: readonly (string | number)[]) => string;
/** The instant a text means; NaN with a finding when it means none. */
type Instant = (value: unknown, path: readonly (string | number)[]) => number;

const instantsIn = (timeZone: string, where: Where, findings: string[]): Instant => (value, path) => {
  if (typeof value !== 'string' || value === '') return Number.NaN;
  const read = readInstant(value, timeZone);
  if ('at' in read) return read.at;
  findings.push(`${where(path)}: "${value}" ${read.wrong}. Write 2026-11-23T09:05 (the platform's own time) or 2026-11-22T22:05:00Z`);
  return Number.NaN;
};

/** Checks a day given as data (a case, a campaign), for every finding at once; `where` names the place of a field. */
export const checkDay = (file: string, data: unknown, timeZone: string, where: Where = dotted): Day => {
  const parsed = v.safeParse(header, data);
  const findings = (parsed.issues ?? []).map((issue) => `${where(pathOf(issue))}: ${said(issue)}. ${remedies[String(pathOf(issue)[0])] ?? 'See docs/day-file.md'}`);
  const given = (typeof data === 'object' && data !== null ? data : {}) as Readonly<Record<string, unknown>>;
  const instant = instantsIn(timeZone, where, findings);
  const from = instant(given['from'], ['from']);
  const until = instant(given['until'], ['until']);
  if (until <= from) findings.push(`${where(['until'])}: "${String(given['until'])}" is not after from "${String(given['from'])}". Let the day end after it begins`);
  const listed = Array.isArray(given['happenings']) ? (given['happenings'] as readonly unknown[]) : [];
  const read = listed.map((raw, index) => readHappening(raw, index, { instant, where, findings }));
  inOrder(read.map(({ at }) => at), { from, until, timeZone, where, findings });
  if (!parsed.success || findings.length > 0) throw new DayFileError(file, findings);
  const { title, seed } = parsed.output;
  return { file, title, seed: String(seed), from, until, happenings: read.flatMap(({ happening: played }) => played ?? []) };
};

const remedies: Readonly<Record<string, string>> = {
  from: 'Give the instant at which the rehearsal begins, e.g. "from": "2026-11-23T08:00"',
  until: 'Give the instant at which it ends, e.g. "until": "2026-11-24T08:00"',
  happenings: 'Give a list, e.g. "happenings": [{ "at": "2026-11-23T09:00", "note": "a quiet day" }]',
};

interface Reading {
  readonly instant: Instant;
  readonly where: Where;
  readonly findings: string[];
}

/** A happening with its instant, or what of it can be read. */
const readHappening = (raw: unknown, index: number, { instant, where, findings }: Reading): { readonly at: number; readonly happening?: Happening } => {
  const path = ['happenings', index];
  const given = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
  const names = Object.keys(given).filter((name) => name !== 'at');
  const kind = happeningKinds.find((known) => known === names[0]);
  if (kind === undefined || names.length !== 1 || typeof given['at'] !== 'string')
    findings.push(`${where(path)}: ${JSON.stringify(raw)?.slice(0, 80)} is no happening. Give "at" and exactly one of ${happeningKinds.join(', ')}`);
  const at = instant(given['at'], [...path, 'at']);
  if (kind === undefined) return { at };
  const result = v.safeParse(happening[kind] as v.GenericSchema, given[kind]);
  for (const issue of result.issues ?? []) findings.push(`${where([...path, kind, ...pathOf(issue)])}: ${said(issue)}. See ${kind} in docs/day-file.md`);
  return { at, happening: { kind, at, value: result.output, place: where([...path, kind]) } as Happening };
};

const inOrder = (
  instants: readonly number[],
  { from, until, timeZone, where, findings }: Omit<Reading, 'instant'> & { readonly from: number; readonly until: number; readonly timeZone: string },
): void => {
  let latest = Number.NEGATIVE_INFINITY;
  instants.forEach((at, index) => {
    if (Number.isNaN(at)) return;
    const place = `${where(['happenings', index, 'at'])}: ${writtenInstant(at, timeZone)}`;
    if (at < latest) findings.push(`${place} is earlier than a happening before it, at ${writtenInstant(latest, timeZone)}. Put happenings in the order of time`);
    if (at < from || at > until) findings.push(`${place} is outside the day, ${writtenInstant(from, timeZone)} to ${writtenInstant(until, timeZone)}. Move it there, or make the day longer`);
    latest = Math.max(latest, at);
  });
};

/** The schema's words with what was found; of a field too many or too few, that it is. */
const said = ({ message, expected, input, type }: v.BaseIssue<unknown>): string => {
  if (expected === 'never') return 'there is no such field';
  if (input === undefined) return 'this field is missing';
  return `${type === 'strict_object' ? 'this must be an object' : message}, found ${JSON.stringify(input).slice(0, 60)}`;
};

const pathOf = (issue: v.BaseIssue<unknown>): readonly (string | number)[] => (issue.path ?? []).map((item) => item.key as string | number);
const dotted = (path: readonly (string | number)[]): string => path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('') || 'the file';
const lineAt = (source: string, offset: number): number => source.slice(0, offset).split('\n').length;

const whereIs = (source: string, tree: Node, path: readonly (string | number)[]): string => {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? tree : findNodeAtLocation(tree, path.slice(0, length));
    if (node !== undefined) return `line ${lineAt(source, node.offset)}, ${dotted(path)}`;
  }
  return dotted(path);
};
