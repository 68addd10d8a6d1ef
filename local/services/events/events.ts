// EventBridge: events of AWS services and applications reach the targets of every rule that matches, a little later, in no promised order.
import type { SimulatedService } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { makeTicks } from '../schedule-ticks.ts';
import { makeDeliver, usualRetryPolicy, type Delivery } from './delivery.ts';
import { targetText } from './input.ts';
import { eventMetrics } from './metrics.ts';
import { eventOperations } from './operations.ts';
import { eventResources } from './resources.ts';
import { makeRules, type Rule, type Target } from './rules.ts';

/** An event to be put on a bus; the bus adds version, id, account, region and time. */
export interface Emission {
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
  /** Virtual milliseconds; now when left out. */
  readonly time?: number;
  /** `default` when left out. */
  readonly bus?: string;
}

/** An event as targets see it (aws-facts A0). */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface EventBus {
  /** Puts an event on its bus and answers its id. */
  put(emission: Emission): string;
}

export interface Events extends SimulatedService {
  /** An AWS service puts an event on the default bus; the fault `events.drop` may lose it for best-effort sources. Answers its id. */
  readonly emit: (emission: Emission) => string;
  /** Puts a raw event on the default bus as it came, id, account and time included; answers how many rules took it. */
  readonly deliver: (event: Readonly<Record<string, unknown>>) => number;
  /** Whether a rule of the default bus, enabled or not, has a pattern that this raw event fits. */
  readonly hears: (event: Readonly<Record<string, unknown>>) => boolean;
  /** Follows every event of the default bus, lost ones excepted; the answer ends it. For simulators that wait for events themselves. */
  readonly observe: (observer: (event: BusEvent) => void) => () => void;
}

/** Sources AWS documents as best effort (aws-facts A0); ECS and CloudWatch alarms are durable. */
const bestEffort: ReadonlySet<string> = new Set(['aws.ecr', 'aws.rds', 'aws.application-autoscaling', 'aws.ses']);

export const makeEvents = (world: World): Events => {
  const random = world.random.stream('events');
  const observers = new Set<(event: BusEvent) => void>();
  const metrics = eventMetrics(world);
  const dispatch = makeDispatch(world, makeDeliver(world, { invoked: metrics.invoked, failed: metrics.failed }));
  const start = (rule: Rule, event: BusEvent): void => {
    metrics.triggered(rule);
    for (const target of rule.targets.values()) dispatch(rule, target, event);
  };
  const rules = makeRules(world, (rule) => tickRule(world, rule, (event) => start(rule, event)));
  /** Answers how many rules took the event. */
  const spread = (event: BusEvent, bus: string): number => {
    const detail = { id: event.id, resources: event.resources, detail: event.detail };
    world.trail.add({ kind: 'event', who: event.source, what: event['detail-type'], detail });
    const taking = rules.of(bus).filter((rule) => rule.enabled && rule.pattern?.(event));
    for (const rule of taking) start(rule, event);
    if (bus === 'default') for (const observer of observers) observer(event);
    return taking.length;
  };
  const put = (emission: Emission): string => {
    const event = eventOf(world, emission, random.uuid());
    spread(event, emission.bus ?? 'default');
    return event.id;
  };
  /** With what it leaves out. */
  const completed = (raw: Readonly<Record<string, unknown>>, id: string): BusEvent => {
    const { source, 'detail-type': detailType, resources = [], detail } = raw as unknown as Omit<BusEvent, 'resources'> & Partial<BusEvent>;
    return { ...eventOf(world, { source, detailType, resources, detail }, id), ...raw };
  };
  const emit = (emission: Emission): string => {
    if (!bestEffort.has(emission.source) || !world.faults.happens('events.drop', emission.source)) return put(emission);
    world.trail.add({ kind: 'fault', who: emission.source, what: `${emission.detailType} lost`, detail: { detail: emission.detail } });
    return random.uuid();
  };
  return {
    signingName: 'events',
    operations: eventOperations(rules, { put }),
    resources: eventResources(rules),
    support,
    emit,
    deliver: (raw) => spread(completed(raw, random.uuid()), 'default'),
    hears: (raw) => rules.of('default').some((rule) => rule.pattern?.(completed(raw, 'asked')) === true),
    observe: (observer) => {
      observers.add(observer);
      return () => observers.delete(observer);
    },
  };
};

/** Sends an event on its way to one target: a little later, and with the faults late and twice. */
const makeDispatch = (world: World, deliver: (delivery: Delivery) => Promise<void>) => {
  const random = world.random.stream('events');
  return (rule: Rule, target: Target, event: BusEvent): void => {
    const delivery = deliveryOf(world, rule, target, event);
    const what = `${event['detail-type']} to ${target.Id}`;
    const send = (): Promise<void> => {
      if (!rule.enabled) return Promise.resolve();
      world.trail.add({ kind: 'event', who: rule.name, what, detail: { event: event.id, target: target.Arn } });
      return deliver(delivery);
    };
    const late = world.faults.happens('events.late', event.source) ? random.between(5_000, 120_000) : 0;
    const milliseconds = random.between(150, 1_500) + late;
    world.clock.after(milliseconds, send, 'events: delivery');
    if (!world.faults.happens('events.duplicate', event.source)) return;
    world.clock.after(milliseconds + random.between(500, 20_000), send, 'events: duplicate delivery');
  };
};

const support = {
  does: [
    'Rules with every pattern operator, input paths, transformers and constants (F)',
    'Targets Lambda, Step Functions, SQS, SNS by role or resource policy; retries for 24 h / 185 attempts, dead-letter queues (F)',
    'Delivery 0.15–1.5 s later, in no promised order; faults events.drop (ECR, RDS, scaling only), events.duplicate, events.late (A0, S)',
  ],
  doesNot: [
    'Archives, replays, pipes, API destinations, cross-account buses, Schemas',
    'The override of a field by the same field inside $or (engines §4)',
  ],
};

const eventOf = (world: World, emission: Emission, id: string): BusEvent => ({
  version: '0',
  id,
  'detail-type': emission.detailType,
  source: emission.source,
  account: world.account,
  time: `${new Date(emission.time ?? world.clock.now).toISOString().slice(0, 19)}Z`,
  region: world.region,
  resources: emission.resources,
  detail: emission.detail,
});

const deliveryOf = (world: World, rule: Rule, target: Target, event: BusEvent): Delivery => {
  const origin = { ruleArn: rule.arn, ruleName: rule.name, ingestionTime: new Date(world.clock.now).toISOString() };
  return {
    targetArn: target.Arn,
    roleArn: target.RoleArn ?? rule.roleArn,
    text: targetText(event, target, origin),
    ruleArn: rule.arn,
    ruleName: rule.name,
    messageGroupId: target.SqsParameters?.MessageGroupId,
    maximumAgeSeconds: target.RetryPolicy?.MaximumEventAgeInSeconds ?? usualRetryPolicy.maximumAgeSeconds,
    maximumAttempts: target.RetryPolicy?.MaximumRetryAttempts ?? usualRetryPolicy.maximumAttempts,
    deadLetterArn: target.DeadLetterConfig?.Arn,
    since: world.clock.now,
  };
};

/** A rule with a schedule makes its own events; rules count in UTC (engines §5). */
const tickRule = (world: World, rule: Rule, fire: (event: BusEvent) => void): (() => void) =>
  makeTicks(world, { expression: rule.schedule ?? '', zone: 'UTC' }, (instant) => {
    const time = { source: 'aws.events', detailType: 'Scheduled Event', resources: [rule.arn], detail: {}, time: instant };
    if (rule.enabled) fire(eventOf(world, time, world.random.stream('events').uuid()));
  });
