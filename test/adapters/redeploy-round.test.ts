// Between the look at a service and its lease the world may move: then the decision is taken again (X1, R11, R12).
import { afterEach, describe, expect, it } from 'vitest';
import { createWorld } from '../../local/create-world.ts';
import { connect } from '../../local/in-process.ts';
import type { World } from '../../local/world.ts';
import { ledger as ledgerOf } from '../../shared/aws/ledger.ts';
import { openRound, type Round } from '../../shared/aws/rollout-rounds.ts';
import type { Standings } from '../../shared/aws/situations.ts';
import type { ManifestService } from '../../shared/domain/manifest.ts';
import type { RedeployDecision, Situation } from '../../shared/domain/redeploy.ts';
import { BLANK } from '../../shared/domain/service-memory.ts';
import type { Ledger } from '../../shared/ports.ts';

const at = '2026-11-23T09:00:00.000Z';
const open: World[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
});

const newLedger = async (): Promise<Ledger> => {
  const world = createWorld({ start: at, seed: 1, region: 'eu-west-1' });
  open.push(world);
  const input = {
    TableName: 'shop-dev-ledger',
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }, { AttributeName: 'key', KeyType: 'RANGE' }],
    AttributeDefinitions: ['kind', 'key'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  };
  await world.call({ service: 'dynamodb', operation: 'CreateTable', input, caller: { kind: 'operator' } });
  return ledgerOf({
    environment: { LEDGER_TABLE: 'shop-dev-ledger', AWS_REGION: 'eu-west-1' },
    connect: (client: unknown) => void connect(client, world, { kind: 'operator' }),
  });
};

describe('the ledger', () => {
  it('R10, X1: keeps evidence, rollouts and history for 90 days, and what a service has released for ever', async () => {
    const ledger = await newLedger();
    const note = { id: 'e.1/api', story: 'redeploy', service: 'api', action: 'roll', reason: 'new-image', facts: {} } as const;
    const task = { service: 'api', task: 't', taskDefinition: 'd:1', stoppedAt: at, code: 'EssentialContainerExited', reason: '', containers: [], logs: ['last words'] };
    await ledger.note(note, at);
    await ledger.remember('task', 'api#t', task, { expect: 'new', at });
    await ledger.remember('service', 'api', BLANK, { expect: 'new', at });
    const kept = open[0]?.services.dynamodb.items('shop-dev-ledger').map((item) => [item['kind']?.S, item['expires']?.N]);
    const ninetyDays = String(Date.parse('2027-02-21T09:00:00.000Z') / 1_000);
    expect(Object.fromEntries(kept ?? [])).toEqual({ history: ninetyDays, task: ninetyDays, service: undefined });
  });
});

const decision: RedeployDecision = {
  service: 'api',
  action: 'roll',
  reason: 'new-image',
  facts: {},
  images: { api: `repo@sha256:${'b'.repeat(64)}` },
  remember: { quarantine: [], pardon: [] },
};
const looked: Standings = { platform: 'awake', stopped: '', services: [] };
const round: Round = { key: `${at}#e.1`, id: 'e.1', trigger: { kind: 'push', detail: 'a push' }, at, holder: 'e', before: null };
const situation: Situation = {
  service: 'api',
  exists: true,
  desired: 1,
  configured: 1,
  running: {},
  found: {},
  silent: null,
  released: {},
  previous: null,
  migrated: null,
  quarantine: [],
  hold: null,
};
const settings = { name: 'api', needs: [], rollout: { group: null, deadlineSeconds: 600, gates: { migration: null } } } as unknown as ManifestService;
const standing = { settings, situation, revision: 'family:1' };
const machines = { answer: () => Promise.resolve('answered' as const), start: () => Promise.resolve('started' as const) };
const begin = (ledger: Ledger) => openRound({ ledger, machines }, round, { ...looked, services: [standing] }, [decision]);

describe('openRound', () => {
  it('X1, R12: steps back and lets the service go when the platform fell asleep before the lease was had', async () => {
    const ledger = await newLedger();
    await ledger.remember('platform', 'platform', { state: 'falling-asleep', since: at, by: 'schedule', night: null }, { expect: 'new', at });
    expect(await begin(ledger)).toMatchObject({ action: 'pause', rollout: null });
    expect(await ledger.lease('service#api', 'somebody else', 60, at)).not.toBeNull();
  });

  it('X1, R11: steps back when a person stopped the line before the lease was had', async () => {
    const ledger = await newLedger();
    await ledger.remember('override', 'hold#*', { kind: 'hold', until: null, by: 'mara', at, note: '' }, { expect: 'new', at });
    expect(await begin(ledger)).toMatchObject({ action: 'pause', rollout: null });
    expect(await ledger.list('rollout')).toEqual([]);
  });

  it('X1, R8: a newer image that is held does not let go of a service whose rollout goes on', async () => {
    const ledger = await newLedger();
    await begin(ledger);
    const before = await ledger.recall('rollout', round.key);
    const held: RedeployDecision = { ...decision, action: 'hold', reason: 'approval-due', images: { api: `repo@sha256:${'c'.repeat(64)}` } };
    await openRound({ ledger, machines }, { ...round, key: `${at}#e.2`, id: 'e.2', before }, { ...looked, services: [standing] }, [held]);
    expect((await ledger.recall('service', 'api'))?.value.staged).toMatchObject({ reason: 'approval-due' });
    expect(await ledger.lease('service#api', 'somebody else', 60, at)).toBeNull();
  });

  it('X1, R10: a person who lets an image go that nothing is done about does not keep the service busy', async () => {
    const ledger = await newLedger();
    const pardon: RedeployDecision = { ...decision, action: 'skip', reason: 'staged-already', remember: { quarantine: [], pardon: [`sha256:${'b'.repeat(64)}`] } };
    await openRound({ ledger, machines }, round, { ...looked, services: [standing] }, [pardon]);
    expect(await ledger.lease('service#api', 'somebody else', 60, at)).not.toBeNull();
  });

  it('X1, R12: the proof that a dead story left is ended by whoever takes its service over', async () => {
    const ledger = await newLedger();
    await begin(ledger);
    const left = await ledger.recall('rollout', round.key);
    const proving = { ...left!.value.progress['api']!, step: 'proving' as const, proof: 'task/1' };
    await ledger.remember('rollout', round.key, { ...left!.value, progress: { api: proving } }, { expect: left!.version, at });
    const later = '2026-11-23T10:00:01.000Z';
    await openRound({ ledger, machines }, { ...round, key: `${later}#f.1`, id: 'f.1', at: later, holder: 'f' }, { ...looked, services: [standing] }, [decision]);
    expect((await ledger.recall('rollout', `${later}#f.1`))?.value.progress['api']).toMatchObject({ step: 'queued', proof: 'task/1' });
    expect((await ledger.recall('rollout', round.key))?.value).toMatchObject({ result: 'superseded', reason: 'rollout-abandoned' });
  });
});
