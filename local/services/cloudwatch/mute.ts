// Alarm mute rules: windows in which alarms change state and emit events but run no actions (aws-facts G4).
import { Cron } from 'croner';
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';

export interface MuteWindow {
  readonly arn: string;
  readonly start: number;
  readonly end: number;
}

export interface MuteRule {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  /** `cron(min hour dom month dow)` (five fields) or `at(yyyy-MM-ddThh:mm)`. */
  readonly expression: string;
  readonly timeZone: string;
  readonly durationMs: number;
  readonly duration: string;
  readonly alarms: readonly string[];
  readonly startDate: number | undefined;
  readonly expireDate: number | undefined;
  readonly updatedAt: number;
}

export interface Mutes {
  /** The window that mutes this alarm now, if any. */
  active(alarmName: string): MuteWindow | undefined;
  put(input: any): MuteRule;
  remove(name: string): void;
  /** Throws ResourceNotFoundException. */
  existing(name: string): MuteRule;
  all(): readonly MuteRule[];
  status(rule: MuteRule): 'SCHEDULED' | 'ACTIVE' | 'EXPIRED';
  arn(name: string): string;
}

const invalid = (message: string): AwsError => new AwsError('ValidationError', message);

/** Milliseconds of an ISO 8601 duration between one minute and fifteen days. */
const durationOf = (text: string): number => {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(text);
  const [days, hours, minutes] = (match ?? []).slice(1).map((part) => Number(part ?? 0));
  const total = (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000;
  if (match === null || total < 60_000 || total > 15 * 86_400_000) throw invalid(`Duration ${text} must lie between PT1M and P15D`);
  return total;
};

/** The first start of a window after that instant; undefined when none follows. */
const nextStart = (rule: MuteRule, after: number): number | undefined => {
  const inner = /^(cron|at)\((.+)\)$/.exec(rule.expression);
  if (inner === null) throw invalid(`Expression ${rule.expression} must be cron(…) or at(…)`);
  const pattern = inner[1] === 'at' ? `${inner[2]}:00` : inner[2]!;
  if (inner[1] === 'cron' && pattern.trim().split(/\s+/).length !== 5)
    throw invalid(`Mute rules take five cron fields: ${rule.expression}`);
  return new Cron(pattern, { timezone: rule.timeZone }).nextRun(new Date(after))?.getTime();
};

const windowAt = (rule: MuteRule, now: number): MuteWindow | undefined => {
  if (now < (rule.startDate ?? -Infinity) || now >= (rule.expireDate ?? Infinity)) return undefined;
  const start = nextStart(rule, now - rule.durationMs);
  if (start === undefined || start > now) return undefined;
  return { arn: rule.arn, start, end: Math.min(start + rule.durationMs, rule.expireDate ?? Infinity) };
};

export const makeMutes = (world: World): Mutes => {
  const rules = new Map<string, MuteRule>();
  const arn = (name: string): string => `arn:aws:cloudwatch:${world.region}:${world.account}:alarm-mute-rule:${name}`;
  return {
    arn,
    all: () => [...rules.values()],
    existing: (name) => {
      const rule = rules.get(name);
      if (rule === undefined) throw new AwsError('ResourceNotFoundException', `Alarm mute rule ${name} does not exist`, 404);
      return rule;
    },
    active: (alarmName) => {
      for (const rule of rules.values()) {
        const window = rule.alarms.includes(alarmName) ? windowAt(rule, world.clock.now) : undefined;
        if (window !== undefined) return window;
      }
      return undefined;
    },
    put: (input) => {
      const { Expression, Duration, Timezone = 'UTC' } = input.Rule.Schedule;
      const alarms: readonly string[] = input.MuteTargets?.AlarmNames ?? [];
      if (alarms.length > 100) throw invalid('At most 100 alarms per mute rule');
      const rule: MuteRule = {
        name: input.Name,
        arn: arn(input.Name),
        description: input.Description,
        expression: Expression,
        timeZone: Timezone,
        duration: Duration,
        durationMs: durationOf(Duration),
        alarms,
        startDate: input.StartDate === undefined ? undefined : new Date(input.StartDate).getTime(),
        expireDate: input.ExpireDate === undefined ? undefined : new Date(input.ExpireDate).getTime(),
        updatedAt: world.clock.now,
      };
      nextStart(rule, world.clock.now);
      rules.set(rule.name, rule);
      return rule;
    },
    remove: (name) => void rules.delete(name),
    status: (rule) => {
      if (windowAt(rule, world.clock.now) !== undefined) return 'ACTIVE';
      const next = nextStart(rule, world.clock.now);
      return next === undefined || next >= (rule.expireDate ?? Infinity) ? 'EXPIRED' : 'SCHEDULED';
    },
  };
};
