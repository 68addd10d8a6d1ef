// What a message finds out beside its alarm, and that the cases play every alarm there is (L1, L2, L4).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadAssembly } from '../../local/services/cloudformation/assembly.ts';
import { assemblyOf, manifestFrom } from '../assembly.ts';
import { evidence as evidenceOf } from '../../shared/aws/evidence.ts';
import { part } from '../../shared/aws/part.ts';
import { watchedPlatform, type Watched, type WatchedOptions } from './watched-platform.ts';

const open: Watched[] = [];
const watched = async (options: WatchedOptions): Promise<Watched> => {
  const platform = await watchedPlatform(options);
  open.push(platform);
  return platform;
};
afterEach(async () => {
  for (const { world } of open.splice(0)) await world.close();
});

const stopTask = ({ world, manifest }: Watched, service: string, more: object): void => {
  const task = `arn:aws:ecs:${manifest.region}:${world.account}:task/${manifest.cluster}/0123456789abcdef0123456789abcdef`;
  const at = new Date(world.clock.now).toISOString();
  const detail = {
    taskArn: task,
    clusterArn: `arn:aws:ecs:${manifest.region}:${world.account}:cluster/${manifest.cluster}`,
    group: `service:${manifest.id}-${service}`,
    taskDefinitionArn: world.services.ecs.service(manifest.cluster, `${manifest.id}-${service}`)?.taskDefinition,
    lastStatus: 'STOPPED',
    desiredStatus: 'STOPPED',
    stoppedAt: at,
    version: 7,
    ...more,
  };
  world.services.events.emit({ source: 'aws.ecs', detailType: 'ECS Task State Change', resources: [task], detail });
};

describe.each(['atomic-calendar', 'farsight'])('the case that plays every alarm of %s', (platform) => {
  it('L1: names each alarm of its templates, and none that is not there', async () => {
    const { stacks } = loadAssembly(await assemblyOf(platform, 'prod'));
    const alarms = stacks
      .flatMap(({ template }) => Object.values(template.Resources ?? {}))
      .flatMap(({ Type, Properties }) => (Type === 'AWS::CloudWatch::Alarm' ? [String(Properties?.['AlarmName'])] : []))
      .filter((name) => !/-(?:story-failed|parked|waiting|dead-letters)$/.test(name));
    const file = join(import.meta.dirname, '..', 'cases', 'alarm', `every-alarm-of-${platform}.json`);
    const { day } = JSON.parse(readFileSync(file, 'utf8')) as { day: { happenings: readonly { metric?: { alarm: string } }[] } };
    const played = day.happenings.flatMap(({ metric }) => (metric === undefined ? [] : [metric.alarm]));
    expect(played.toSorted()).toEqual(alarms.toSorted());
  });
});

describe('a part of the evidence', () => {
  const failed = (name: string) => (): Promise<never> => Promise.reject(Object.assign(new Error('no'), { name }));
  it.each([
    ['found', () => Promise.resolve(['ERROR']), { found: ['ERROR'] }],
    ['too late', () => new Promise<never>(() => undefined), { missing: 'took longer than 0.01 s' }],
    ['denied', failed('AccessDeniedException'), { missing: 'not permitted' }],
    ['throttled', failed('ThrottlingException'), { missing: 'AWS refused for too many requests' }],
    ['not there', failed('ResourceNotFoundException'), { missing: 'there is none yet' }],
    ['broken otherwise', failed('InternalServiceFault'), { missing: 'InternalServiceFault' }],
  ] as const)('L2: that is %s is there or says why not, within its time', async (_, gather, expected) => {
    expect(await part<readonly string[]>(10, gather)).toEqual(expected);
  });
});

describe('evidence', () => {
  afterEach(() => void vi.useRealTimers());

  it('L2: its parts are asked for all at once, and when nothing answers the message waits two seconds, not two for each', async () => {
    const manifest = await manifestFrom('farsight', 'prod');
    const asked: string[] = [];
    type Sdk = { readonly middlewareStack: { add(silent: (next: unknown, context: { commandName: string }) => () => Promise<never>, options: object): void } };
    const connect = (client: unknown): void =>
      (client as Sdk).middlewareStack.add((_, { commandName }) => () => (asked.push(commandName), new Promise<never>(() => undefined)), { step: 'initialize', name: 'silent' });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const evidence = evidenceOf({ manifest, environment: { LEDGER_TABLE: 'ledger' }, connect });
    let found: object | undefined;
    void evidence.gather([{ kind: 'service', name: 'api', sleeps: true }], '2026-11-24T08:05:00.000Z', '2026-11-24T08:06:00.000Z').then((all) => (found = all));
    await vi.advanceTimersByTimeAsync(0);
    expect(asked.toSorted()).toEqual(['DescribeScalingActivitiesCommand', 'DescribeServicesCommand', 'FilterLogEventsCommand', 'QueryCommand', 'QueryCommand']);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(found).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    const late = { missing: 'took longer than 2 s' };
    expect(found).toEqual({ lines: late, stopped: late, counts: late, targets: late, changes: late, scaling: late });
  });

  it('L2: a log group that is missing takes no other service its error lines', async () => {
    const manifest = await manifestFrom('farsight', 'prod');
    const gone = manifest.services.find(({ name }) => name === 'worker')?.logGroup;
    type Step = (next: unknown, context: { commandName: string }) => (args: { input: { logGroupName?: string } }) => Promise<object>;
    type Sdk = { readonly middlewareStack: { add(step: Step, options: object): void } };
    const answer: Step = (_, { commandName }) => async ({ input: { logGroupName } }) => {
      if (commandName !== 'FilterLogEventsCommand' || logGroupName === gone)
        throw Object.assign(new Error('none'), { name: 'ResourceNotFoundException' });
      return { output: { events: [{ message: 'ERROR of api', logStreamName: 'api/app/1' }] } };
    };
    const connect = (client: unknown): void => (client as Sdk).middlewareStack.add(answer, { step: 'initialize', name: 'answer' });
    const evidence = evidenceOf({ manifest, environment: { LEDGER_TABLE: 'ledger' }, connect });
    const subjects = ['api', 'worker'].map((name) => ({ kind: 'service', name, sleeps: true }) as const);
    expect(await evidence.gather(subjects, '2026-11-24T08:05:00.000Z', '2026-11-24T08:06:00.000Z')).toMatchObject({
      lines: { found: ['ERROR of api'] },
      unread: [{ service: 'worker', missing: 'there is none yet' }],
    });
  });

  const options = { platform: 'managed-chatkit' } as const;

  it('L2: stopped tasks survive with their last words, and name the cause', async () => {
    const platform = await watched(options);
    const group = platform.manifest.services.find(({ name }) => name === 'web')?.logGroup ?? '';
    const container = platform.manifest.services.find(({ name }) => name === 'web')?.containers[0]?.name ?? '';
    platform.world.services.logs.write(group, `web/${container}/0123456789abcdef0123456789abcdef`, 'loading the whole table into memory');
    stopTask(platform, 'web', {
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ name: container, exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }],
    });
    await platform.minutes(50);
    platform.world.services.cloudwatch.setAlarm('managed-chatkit-dev-web-memory-high', 'ALARM', 'Threshold Crossed');
    await platform.minutes(1);
    const message = JSON.stringify(platform.world.services.outside.slack.messages[0]?.blocks);
    expect(message).toContain('Likely cause: web ran out of memory and was killed.');
    expect(message).toContain(`EssentialContainerExited: ${container} exited with 137 (OutOfMemoryError`);
    expect(message).toContain('loading the whole table into memory');
  });

  it('L2: a part that AWS refuses is said to be missing, and the rest is told all the same', async () => {
    const rules = [
      {
        kind: 'error',
        when: 'before-effect',
        service: 'logs',
        operation: 'FilterLogEvents',
        times: Infinity,
        error: { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 },
      },
    ] as const;
    const platform = await watched({ ...options, faults: { rules } });
    platform.world.services.cloudwatch.setAlarm('managed-chatkit-dev-web-cpu-high', 'ALARM', 'Threshold Crossed');
    await platform.minutes(1);
    expect(JSON.stringify(platform.world.services.outside.slack.messages[0]?.blocks)).toContain(
      '*Not found out*\\nlog lines (AWS refused for too many requests)',
    );
  });
});

describe('expected trouble', () => {
  const options = { platform: 'managed-chatkit' } as const;
  const state = (platform: Watched, value: 'asleep' | 'awake') =>
    platform.write('platform', 'platform', {
      state: value,
      since: new Date(platform.world.clock.now).toISOString(),
      by: 'test',
      night: null,
    });

  it('L4: an alarm of a sleeping service is recorded, not sent; standing when the platform has woken, it is sent', async () => {
    const platform = await watched(options);
    const sleeps = platform.manifest.services.some(({ offHours }) => offHours.kind !== 'stay');
    expect(sleeps).toBe(true);
    await state(platform, 'asleep');
    platform.world.services.cloudwatch.setAlarm('managed-chatkit-dev-web-cpu-high', 'ALARM', 'Threshold Crossed');
    await platform.minutes(5);
    expect([platform.slack(), platform.mail()]).toEqual([[], []]);
    expect([...platform.records('history').values()].map(({ reason }) => reason)).toContain('explained-by-sleep');
    await state(platform, 'awake');
    await platform.minutes(36 * 60);
    expect(platform.slack()).toHaveLength(1);
    expect(platform.slack()[0]).toMatch(/still standing/);
  });
});
