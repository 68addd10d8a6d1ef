// Verdicts on a rollout: proven, moving, bad, taken over (R9, R10).
import { describe, expect, it } from 'vitest';
import type { StoppedTask } from '../../shared/domain/evidence.ts';
import { judgeRollout, smokeAnswer, smokeQuestion, withHealth, type RolloutFacts } from '../../shared/domain/rollout-judge.ts';
import type { Progress } from '../../shared/domain/rollout-progress.ts';
import { afterVerdict, isQuiet, lookAgainIn } from '../../shared/domain/rollout-watch.ts';

const good = `sha256:${'a'.repeat(64)}`;
const wanted = `sha256:${'b'.repeat(64)}`;
const platform = `sha256:${'c'.repeat(64)}`;
const revision = (number: number): string => `arn:aws:ecs:eu-west-1:123456789012:task-definition/shop-api:${number}`;
const at = '2026-11-02T09:20:00.000Z';

const own: Progress = {
  step: 'rolling',
  since: '2026-11-02T09:15:00.000Z',
  deadline: '2026-11-02T09:35:00.000Z',
  images: { api: `repo@${wanted}` },
  accept: { api: [wanted, platform] },
  good: { api: `repo@${good}` },
  tags: ['latest'],
  taskDefinition: revision(8),
  bad: [],
  first: false,
  group: null,
  order: 0,
  reason: 'new-image',
  facts: {},
  startedAt: '2026-11-02T09:15:00.000Z',
  snapshot: false,
  migrate: false,
  migration: null,
};
const task = {
  status: 'RUNNING',
  healthy: true,
  taskDefinition: revision(8),
  startedAt: '2026-11-02T09:16:00.000Z',
  digests: { api: platform },
};
const facts: RolloutFacts = {
  exists: true,
  desired: 2,
  primary: { taskDefinition: revision(8), state: 'COMPLETED', reason: 'completed' },
  images: { api: `repo@${wanted}` },
  tasks: [task, task],
  targets: [[{ state: 'healthy' }, { state: 'healthy' }]],
  stopped: [],
  alarms: [],
  smoke: null,
};
const settings = { bakeSeconds: 120, smoke: false, deadlineSeconds: 1200 };
const crash = (stoppedAt: string, more: Partial<StoppedTask> = {}): StoppedTask => ({
  task: 'task/1',
  taskDefinition: revision(8),
  stoppedAt,
  code: 'EssentialContainerExited',
  reason: 'Essential container in task exited',
  containers: [{ name: 'api', exitCode: 1, reason: null, digest: wanted }],
  ...more,
});
const verdict = (change: Partial<RolloutFacts>, progress: Partial<Progress> = {}, when = at) =>
  judgeRollout({ ...own, ...progress }, settings, { ...facts, ...change }, when);

describe('judgeRollout', () => {
  it('R9: proven when all tasks run the image, all targets are healthy and ECS is done', () => {
    expect(verdict({})).toMatchObject({ kind: 'healthy', facts: { ready: 2, desired: 2 } });
  });

  it('R9: a task that reports the index itself or one of its platform manifests is fine, any other digest is not', () => {
    expect(verdict({ tasks: [task, { ...task, digests: { api: wanted } }] })).toMatchObject({ kind: 'healthy' });
    expect(verdict({ tasks: [task, { ...task, digests: { api: good } }] })).toMatchObject({
      kind: 'bad',
      reason: 'wrong-digest',
      facts: { container: 'api', digest: good },
    });
  });

  it('R9: COMPLETED may be a rollback: an older revision is primary', () => {
    expect(
      verdict({ primary: { taskDefinition: revision(7), state: 'COMPLETED', reason: 'rolled back' }, images: { api: `repo@${good}` } }),
    ).toMatchObject({ kind: 'bad', reason: 'ecs-rolled-back' });
  });

  it('X1: an older revision right after the rollout began is a stale read, not a rollback', () => {
    const stale = { primary: { taskDefinition: revision(7), state: 'COMPLETED' as const, reason: '' }, images: { api: `repo@${good}` } };
    expect(verdict(stale, { since: '2026-11-02T09:19:30.000Z' })).toMatchObject({ kind: 'moving' });
    expect(verdict(stale, { since: '2026-11-02T09:19:00.000Z' })).toMatchObject({ kind: 'bad', reason: 'ecs-rolled-back' });
  });

  it('R6: an infrastructure deploy during the rollout is not a failure of the image', () => {
    expect(
      verdict({ primary: { taskDefinition: revision(9), state: 'IN_PROGRESS', reason: '' }, images: { api: `repo@${good}` } }),
    ).toMatchObject({ kind: 'superseded', reason: 'another-deployment' });
  });

  it('R6: another revision with the same image is adopted', () => {
    expect(verdict({ primary: { taskDefinition: revision(9), state: 'IN_PROGRESS', reason: '' } })).toMatchObject({
      kind: 'adopt',
      taskDefinition: revision(9),
    });
  });

  it('R9: a deployment at desired 0 proves nothing', () => {
    expect(verdict({ desired: 0, tasks: [], targets: [] })).toMatchObject({ kind: 'idle' });
  });

  it('R9: unhealthy targets keep it moving, until the deadline of our own', () => {
    const waiting = { targets: [[{ state: 'healthy' }, { state: 'initial' }]] };
    expect(verdict(waiting)).toMatchObject({ kind: 'moving', facts: { ready: 1, desired: 2 } });
    expect(verdict(waiting, {}, '2026-11-02T09:35:00.000Z')).toMatchObject({ kind: 'bad', reason: 'rollout-late' });
  });

  it('R9: a worker without load balancer counts 40 seconds after its start', () => {
    const young = { ...task, startedAt: '2026-11-02T09:19:30.000Z' };
    expect(verdict({ targets: [], tasks: [task, young] })).toMatchObject({ kind: 'moving' });
    expect(verdict({ targets: [], tasks: [task, { ...young, startedAt: '2026-11-02T09:19:20.000Z' }] })).toMatchObject({ kind: 'healthy' });
  });

  it('R9: ECS gives the deployment up', () => {
    expect(verdict({ primary: { taskDefinition: revision(8), state: 'FAILED', reason: 'tasks failed to start' } })).toMatchObject({
      kind: 'bad',
      reason: 'deployment-failed',
    });
  });

  it('R10: two crashed tasks are enough, one may be an accident', () => {
    const starting = { tasks: [], targets: [[]] };
    expect(verdict({ ...starting, stopped: [crash('2026-11-02T09:16:30.000Z')] })).toMatchObject({ kind: 'moving' });
    expect(verdict({ ...starting, stopped: [crash('2026-11-02T09:16:30.000Z'), crash('2026-11-02T09:17:30.000Z')] })).toMatchObject({
      kind: 'bad',
      reason: 'tasks-stop',
      facts: { count: 2, detail: 'api exited with 1' },
    });
  });

  it('R10: an image that does not exist needs no second attempt', () => {
    const missing = crash('2026-11-02T09:16:30.000Z', {
      code: 'TaskFailedToStart',
      reason: `CannotPullContainerError: repo@${wanted}: not found`,
      containers: [],
    });
    expect(verdict({ tasks: [], targets: [[]], stopped: [missing] })).toMatchObject({ kind: 'bad', reason: 'tasks-stop' });
  });

  it('R10: replaced, scaled-in and interrupted tasks are no failures', () => {
    const stopped = ['Scaling activity initiated by (deployment ecs-svc/1)', 'Your Spot Task was interrupted.'].map((reason, index) =>
      crash('2026-11-02T09:17:00.000Z', {
        task: `task/${index}`,
        code: index === 0 ? 'ServiceSchedulerInitiated' : 'SpotInterruption',
        reason,
      }),
    );
    expect(verdict({ stopped })).toMatchObject({ kind: 'healthy' });
  });

  it('R9: while baking one crash or one new alarm of the service is enough', () => {
    expect(verdict({ stopped: [crash('2026-11-02T09:19:30.000Z')] }, { step: 'baking' })).toMatchObject({
      kind: 'bad',
      reason: 'tasks-stop',
    });
    expect(verdict({ alarms: ['shop-api-5xx'] }, { step: 'baking' })).toMatchObject({ kind: 'bad', reason: 'alarm-while-baking' });
    expect(verdict({ alarms: ['shop-api-5xx'] })).toMatchObject({ kind: 'healthy' });
  });

  it("R9: a smoke request is due once all is healthy, and its failure is the image's", () => {
    const smoke = { ...settings, smoke: true };
    expect(judgeRollout(own, smoke, facts, at)).toMatchObject({ kind: 'moving', reason: 'smoke-due' });
    expect(judgeRollout(own, smoke, { ...facts, smoke: { ok: false, answer: '500' } }, at)).toMatchObject({
      kind: 'bad',
      reason: 'smoke-failed',
    });
  });
});

describe('a smoke request that is due', () => {
  const before = { deadline: '2026-11-02T09:21:00.000Z' };
  const after = { deadline: '2026-11-02T09:19:00.000Z' };

  it.each([
    ['the site', before, 'ask'],
    ['the site', after, 'ask'],
    ['the page', before, 'leave out'],
    ['either', before, 'wait'],
    ['either', { deadline: null }, 'wait'],
    ['either', after, 'leave out'],
  ] as const)('R9, S4: where %s answers, with %o: %s', (answering, progress, question) => {
    expect(smokeQuestion(answering, progress, at)).toBe(question);
  });
});

describe('afterVerdict', () => {
  const healthy = { kind: 'healthy', reason: 'rollout-proven', facts: {} } as const;

  it('R9: healthy begins the bake, and only a healthy end of the bake is a proof', () => {
    const baking = afterVerdict(own, healthy, settings, at);
    expect(baking).toMatchObject({ step: 'baking', since: at, deadline: '2026-11-02T09:42:00.000Z' });
    expect(afterVerdict(baking, healthy, settings, '2026-11-02T09:21:59.000Z')).toMatchObject({ step: 'baking' });
    expect(afterVerdict(baking, healthy, settings, '2026-11-02T09:22:00.000Z')).toMatchObject({ step: 'proven' });
  });

  it('R10: bad leads back, and bad on the way back is a failure', () => {
    const bad = { kind: 'bad', reason: 'tasks-stop', facts: {} } as const;
    expect(afterVerdict(own, bad, settings, at)).toMatchObject({ step: 'failing' });
    expect(afterVerdict({ ...own, step: 'going-back' }, bad, settings, at)).toMatchObject({ step: 'failed' });
    expect(afterVerdict({ ...own, step: 'going-back' }, healthy, settings, at)).toMatchObject({ step: 'back' });
  });

  it('R7: a first image at zero is given its deadline to come up, anything else at zero is staged', () => {
    const idle = { kind: 'idle', reason: 'staged-at-zero', facts: {} } as const;
    expect(afterVerdict({ ...own, first: true }, idle, settings, at)).toMatchObject({ step: 'rolling' });
    expect(afterVerdict(own, idle, settings, at)).toMatchObject({ step: 'staged' });
  });
});

describe('lookAgainIn', () => {
  const of = () => settings;

  it('R9: a minute while ECS will tell, less where only looking helps', () => {
    expect(lookAgainIn({ api: own }, of, true, at)).toBe(60);
    expect(lookAgainIn({ api: own }, of, false, at)).toBe(20);
  });

  it('R9: never beyond a deadline or the end of a bake', () => {
    expect(lookAgainIn({ api: own }, of, true, '2026-11-02T09:34:45.000Z')).toBe(15);
    expect(lookAgainIn({ api: { ...own, step: 'baking', since: '2026-11-02T09:18:10.000Z', deadline: null } }, of, true, at)).toBe(10);
  });
});

describe('isQuiet', () => {
  const summary = { taskDefinition: revision(8), state: 'IN_PROGRESS', failedTasks: 0, desired: 2, running: 3 };

  it('X3: a deployment that moves without a failure needs no look at its tasks', () => {
    expect(isQuiet(own, summary, settings, at)).toBe(true);
    expect(isQuiet(own, { ...summary, failedTasks: 1 }, settings, at)).toBe(false);
    expect(isQuiet(own, { ...summary, state: 'COMPLETED' }, settings, at)).toBe(false);
    expect(isQuiet(own, { ...summary, taskDefinition: revision(9) }, settings, at)).toBe(false);
    expect(isQuiet(own, summary, settings, '2026-11-02T09:35:00.000Z')).toBe(false);
  });

  it('X3: a bake is looked at closely when tasks are missing and when it ends', () => {
    const baking = { ...own, step: 'baking' as const, since: '2026-11-02T09:19:00.000Z' };
    const done = { ...summary, state: 'COMPLETED', running: 2 };
    expect(isQuiet(baking, done, settings, at)).toBe(true);
    expect(isQuiet(baking, { ...done, running: 1 }, settings, at)).toBe(false);
    expect(isQuiet(baking, done, settings, '2026-11-02T09:21:00.000Z')).toBe(false);
  });
});

describe('what the site answered to a smoke request', () => {
  it.each([
    [{ status: 200 }, { status: 200, body: '' }, true, '/ready answered 200'],
    [{ status: 204 }, { status: 200, body: '' }, false, '/ready answered 200 instead of 204'],
    [{ status: 200 }, { status: 0, body: 'connect ECONNREFUSED' }, false, '/ready answered connect ECONNREFUSED instead of 200'],
    [{ status: 200, text: 'ready' }, { status: 200, body: '<p>ready</p>' }, true, '/ready answered 200'],
    [{ status: 200, text: 'ready' }, { status: 200, body: '<p>starting</p>' }, false, '/ready did not say "ready"'],
    [{ status: 200, text: 'ready' }, { status: 503, body: 'ready' }, false, '/ready answered 503 instead of 200'],
  ])('R9: expecting %j, %j is fine: %s', (expected, answer, ok, said) => {
    expect(smokeAnswer({ path: '/ready', ...expected }, answer)).toEqual({ ok, answer: said });
  });
});

describe('what a failing health check said', () => {
  const unhealthy = (reason: string) => ({ targets: [[{ state: 'healthy', reason: null }, { state: 'unhealthy', reason }]] });

  it('R10: is kept from look to look, because ECS takes the target away', () => {
    const seen = withHealth(own, unhealthy('Health checks failed with these codes: [500]'));
    expect(seen.health).toBe('Health checks failed with these codes: [500]');
    expect(withHealth(seen, { targets: [[]] })).toBe(seen);
  });

  it('R10: is the new image’s, never that of the way back', () => {
    expect(withHealth({ ...own, step: 'going-back' }, unhealthy('Request timed out')).health).toBeUndefined();
  });
});
