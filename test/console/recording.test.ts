// What the console works out of the trail: how the platform stood, why something happened, what a line says.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrailEntry, WorldState } from '../../local/console/page/api.ts';
import { makeRecording, type Recording } from '../../local/console/page/recording.ts';
import { facets, rowOf, storyFacets } from '../../local/console/page/rows.ts';
import { makeReplay } from '../../local/console/page/standing.ts';
import { pastView, presentView, type PlatformView } from '../../local/console/page/view.ts';
import type { Served } from '../../local/serve/serve.ts';
import { openWorld } from './stage.ts';

let served: Served;
let recording: Recording;

const get = async <T>(path: string): Promise<T> => (await (await fetch(`${served.url}/_dayshift/${path}`)).json()) as T;

const catchUp = async (): Promise<void> => {
  for (let more = true; more; ) {
    const page = await get<{ entries: readonly TrailEntry[]; more: boolean }>(`trail?since=${recording.entries.length}&limit=10000`);
    recording.take(page.entries);
    more = page.more;
  }
};

const find = (fits: (entry: TrailEntry) => boolean): TrailEntry => {
  const found = recording.entries.find(fits);
  if (found === undefined) throw new Error('the trail has no such entry');
  return found;
};

beforeAll(async () => {
  served = await openWorld();
  recording = makeRecording(storyFacets, '');
  await served.driver.jump(Date.parse('2026-11-23T01:00:00Z'));
  await catchUp();
});
afterAll(async () => {
  await served.close();
});

/** What both ways of knowing must agree on. */
const comparable = ({ state, services, stores, alarms, stacks, runs }: PlatformView) => ({
  state,
  services: services.map(({ name, desired, running, revision, digest, rollout, bounds, tasks, targets }) => ({ name, desired, running, revision, digest, rollout, bounds, targets, tasks: tasks.map(({ id, status, revision: of, digest: runs }) => ({ id, status, of, runs })) })),
  stores,
  alarms: alarms.map(({ name, state: now }) => `${name} ${now}`),
  stacks: stacks.map(({ name, status }) => `${name} ${status}`).sort(),
  runs: runs.length,
});

describe('the replay of the trail', () => {
  it.each(['2026-11-23T01:00:00Z', '2026-11-23T12:00:00Z', '2026-11-23T22:30:00Z'])('agrees with the world itself at %s: day, night, morning', async (at) => {
    await served.driver.jump(Date.parse(at));
    await catchUp();
    const world = await get<WorldState>('state');
    if (world.manifest === null) throw new Error('the world has no platform');
    const past = pastView(world.manifest, recording.replay.after(recording.entries.length), Date.parse(at));
    expect(comparable(past)).toEqual(comparable(presentView(world, recording.replay.now, world.time.now)));
  });

  it('stands at any line as a replay from the first line does', () => {
    const count = 1_777;
    const fresh = makeReplay(recording.entries);
    for (const entry of recording.entries.slice(0, count)) fresh.take(entry);
    expect(recording.replay.after(count)).toEqual(fresh.now);
  });
});

describe('why', () => {
  it('leads from a deployment back to the push', () => {
    const push = find(({ kind, who, detail }) => kind === 'happening' && who === 'registry' && JSON.stringify(detail).includes('badc0de'));
    const deployment = find(({ kind, seq, what }) => kind === 'deployment' && seq > push.seq && what.includes('in progress'));
    const chain = recording.causes.chainOf(deployment).map(({ kind, what }) => `${kind}: ${what}`);
    expect(chain).toEqual([
      'happening: push wizelit',
      'event: ECR Image Action',
      'event: ECR Image Action to Target0',
      'state: execution started',
      'state: Advance',
      'invoke: started',
      'call: ecs:UpdateService',
      expect.stringMatching(/^deployment: ECS deployment ecs-svc\/\d+ in progress\.$/),
    ]);
    expect(recording.causes.decisionFor(deployment)).toMatchObject({ story: 'redeploy', action: 'roll', reason: 'new-image', service: 'app' });
  });

  it('explains the way back by the tasks that stopped', () => {
    const failed = find((entry) => recording.decisionAt(entry.seq)?.action === 'failed');
    const back = recording.entries.findLast(({ kind, seq, what }) => kind === 'deployment' && seq < failed.seq && what.includes('in progress'));
    expect(recording.causes.decisionFor(back ?? failed)).toMatchObject({ action: 'failed', reason: 'tasks-stop', sentence: '2 tasks stopped: app exited with 1.' });
  });

  it('explains a stopped database by the night', () => {
    const stopping = find(({ kind, what }) => kind === 'database' && what === 'stopping');
    expect(recording.causes.chainOf(stopping).map(({ kind }) => kind)).toContain('schedule');
    expect(recording.causes.decisionFor(stopping)).toMatchObject({ story: 'sleep', action: 'begins', reason: 'off-hours' });
  });

  it('explains a Slack message by the decision it tells of', () => {
    const message = find(({ kind, who, what }) => kind === 'message' && who === 'slack' && what.includes('CPU of app at 97 %'));
    expect(recording.causes.decisionFor(message)).toMatchObject({ story: 'alarm', reason: 'alarm-fired' });
  });
});

describe('the timeline', () => {
  it('keeps its filter while the trail grows and finds every word', () => {
    const filtered = makeRecording(['call'], 'rds:stop wizelit-dev-db');
    filtered.take(recording.entries);
    expect(filtered.timeline.seqs.map((seq) => recording.entries[seq - 1]?.what)).toEqual(['rds:StopDBInstance']);
    filtered.timeline.filter({ shown: facets, words: '' });
    expect(filtered.timeline.seqs.length).toBe(recording.entries.length);
  });

  it('says a decision in the sentence of its reason', () => {
    const begins = find((entry) => recording.decisionAt(entry.seq)?.reason === 'off-hours');
    expect(rowOf(begins, recording.decisionAt(begins.seq))).toMatchObject({ who: 'sleep', text: 'Outside working hours until Tue 24 Nov 07:00 AEDT.' });
  });
});
