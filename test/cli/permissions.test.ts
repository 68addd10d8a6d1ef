import { afterEach, describe, expect, it } from 'vitest';
import { commands } from '../../cli/commands.ts';
import type { Place } from '../../cli/place.ts';
import { needs, policyFor } from '../../shared/domain/command-permissions.ts';
import { fillables } from '../../shared/domain/unfilled-secrets.ts';
import type { Caller } from '../../local/simulated.ts';
import type { World } from '../../local/world.ts';
import { placeOf, run, type Screen, type StageOptions } from './stage.ts';

const places: Place[] = [];
afterEach(async () => {
  for (const place of places.splice(0)) await place.close();
});

interface Case {
  readonly command: string;
  readonly line: string | readonly string[];
  readonly platform?: string;
  readonly at?: string;
  readonly screen?: Screen;
  /** Further lines of the same caller. */
  readonly rest?: readonly string[];
  /** Commands the operator of the case has used before with all rights. */
  readonly before?: readonly string[];
  /** A message that nobody can read waits for Slack. */
  readonly parked?: boolean;
  /** And then time passes. */
  readonly until?: string;
  readonly change?: StageOptions['change'];
  /** Granted for what a rehearsal does not ask: bootstrap stack and roles, docker's own calls to the registry. */
  readonly onAwsOnly?: readonly string[];
}

const APPROVAL = { services: { app: { rollout: { gates: { approval: { expires: '2 hours' } } } } } } as const;
/** Copies that belong to no stack: of the database before a migration, of the cache for the night. */
const COPIES: StageOptions['change'] = {
  services: { app: { rollout: { gates: { migration: { container: 'app', command: ['npm', 'run', 'migrate'], timeout: '10 minutes', snapshot: true } } } } },
  caches: { cache: { offHours: 'hibernate' } },
};

const DOCKER = [
  'ecr:GetAuthorizationToken',
  'ecr:BatchCheckLayerAvailability',
  'ecr:BatchGetImage',
  'ecr:InitiateLayerUpload',
  'ecr:UploadLayerPart',
  'ecr:CompleteLayerUpload',
  'ecr:PutImage',
];

const cases: readonly Case[] = [
  { command: 'status', line: 'status' },
  { command: 'status', line: 'status', platform: 'farsight' },
  { command: 'history', line: 'history' },
  { command: 'why', line: 'why app' },
  { command: 'savings', line: 'savings', at: '2026-11-24T09:00' },
  { command: 'doctor', line: 'doctor', onAwsOnly: ['ssm:GetParameter'] },
  { command: 'logs', line: 'logs --since 3h' },
  { command: 'open', line: 'open' },
  { command: 'sleep', line: 'sleep' },
  { command: 'wake', line: 'wake', at: '2026-11-23T22:45' },
  { command: 'keep-awake', line: 'keep-awake for 2h' },
  { command: 'rollback', line: 'rollback app' },
  { command: 'release', line: 'release app', at: '2026-11-23T12:00' },
  { command: 'hold', line: 'hold app' },
  { command: 'resume', line: 'resume', before: ['hold app'] },
  { command: 'mute', line: 'mute app' },
  { command: 'redrive', line: 'redrive slack', parked: true },
  { command: 'secrets', line: 'secrets', platform: 'managed-chatkit' },
  { command: 'secrets set', line: 'secrets set wizelit/slack.webhook', screen: { stdin: 'https://hooks.slack.com/services/T0/B0/x\n' } },
  // Off hours and awake: only then it matters whether somebody uses the platform.
  { command: 'plan', line: 'plan', at: '2026-11-23T21:00', before: ['wake'], until: '2026-11-23T12:00:30Z' },
  {
    command: 'plan',
    line: 'sleep --dry-run',
    change: { quarantine: 'account' },
    rest: ['rollback --dry-run', 'deploy --dry-run --tag v8', 'release --dry-run', 'plan'],
    at: '2026-11-23T21:00',
    before: ['wake'],
    until: '2026-11-23T12:00:30Z',
  },
  { command: 'approve', line: 'approve', change: APPROVAL, before: ['deploy app --tag v2'] },
  { command: 'shell', line: 'shell app' },
  { command: 'deploy', line: 'deploy', onAwsOnly: DOCKER },
  { command: 'deploy', line: 'deploy', platform: 'managed-chatkit' },
  { command: 'up', line: 'up --yes', onAwsOnly: ['sts:AssumeRole'] },
  { command: 'destroy', line: 'destroy --yes', at: '2026-11-23T22:45', change: COPIES, onAwsOnly: ['sts:AssumeRole'] },
];

const ROLE = 'operator-of-one-command';

const park = async (world: World, QueueUrl: string): Promise<void> => {
  const input = { QueueUrl, MessageBody: 'hello' };
  await world.clock.finish(world.call({ service: 'sqs', operation: 'SendMessage', input, caller: { kind: 'operator' } }));
};

/** A place whose caller may do exactly what the command's policy says. */
const placeWithPolicy = async (given: Case, less: string | null = null): Promise<Place> => {
  const { command, platform = 'wizelit', at, change, before = [], until } = given;
  const everything = await placeOf(platform, 'dev', { ...(at === undefined ? {} : { at }), ...(change === undefined ? {} : { change }) });
  for (const line of before) await run(everything, line);
  if (until !== undefined) await everything.rehearsed?.world.clock.run(Date.parse(until));
  const { manifest, account, platform: synthesized } = everything;
  const scope = { manifest, account, secrets: fillables(synthesized.file, manifest).map(({ secret }) => secret) };
  const policy = policyFor([command], scope);
  const Statement = policy.Statement.map((statement) => ({
    ...statement,
    Action: statement.Action.filter((action) => action !== less),
  })).filter(({ Action }) => Action.length > 0);
  const world = everything.rehearsed?.world as World;
  if (given.parked === true) await park(world, `https://sqs.${manifest.region}.amazonaws.com/${account}/${manifest.id}-slack-parked`);
  const roleArn = world.services.iam.createRole({ name: ROLE, policies: { Command: { Version: '2012-10-17', Statement } } });
  const caller: Caller = { kind: 'role', roleArn, session: 'mara' };
  const { connect } = await import('../../local/in-process.ts');
  const place: Place = {
    ...everything,
    by: 'mara',
    caller: `arn:aws:sts::${account}:assumed-role/${ROLE}/mara`,
    host: { ...everything.host, connect: (client) => void connect(client, world, caller) },
  };
  places.push(place);
  return place;
};

const unused = (place: Place): readonly string[] => {
  const world = place.rehearsed?.world as World;
  return world.services.iam
    .grants(`arn:aws:iam::${world.account}:role/${ROLE}`)
    .filter(({ used }) => used === 0)
    .map(({ action }) => action);
};

describe('X2: each command works with exactly the permissions that are documented for it', () => {
  it.each(cases)('X2: $command needs everything its policy grants, and nothing else ($line)', async (given) => {
    const place = await placeWithPolicy(given);
    for (const line of [given.line, ...(given.rest ?? [])]) {
      const wrote = await run(place, line, given.screen);
      expect(wrote.err).not.toContain('Not allowed');
      expect(wrote.code === 3).toBe(false);
    }
    expect(unused(place)).toEqual(given.onAwsOnly ?? []);
  });

  it('without one of them it says what is missing and which policy it needs, exit code 3', async () => {
    const place = await placeWithPolicy({ command: 'sleep', line: 'sleep' }, 'states:StartExecution');
    const wrote = await run(place, 'sleep');
    expect(wrote.code).toBe(3);
    expect(wrote.err).toContain('is not authorized to perform: states:StartExecution');
    expect(wrote.err).toContain('What this command needs: dayshift permissions sleep');
  });

  it('X2: every command that speaks to AWS documents what it needs, and each of them is tried here', async () => {
    const tried = new Set(cases.map(({ command }) => command));
    const all = await Promise.all(Object.values(commands).map((load) => load()));
    const silent = all.filter((command) => 'at' in command && needs[command.name] === undefined).map(({ name }) => name);
    expect(silent).toEqual([]);
    expect(Object.keys(needs).filter((name) => !tried.has(name) && name !== 'stop' && name !== 'start')).toEqual([]);
  });

  it('aliases need what the command they stand for needs', () => {
    expect(needs['stop']).toEqual(needs['sleep']);
    expect(needs['start']).toEqual(needs['wake']);
  });
});
