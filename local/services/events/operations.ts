// The EventBridge API: rules, targets and PutEvents, each with the permission it needs.
import { AwsError, type Operation } from '../../simulated.ts';
import type { World } from '../../world.ts';
import type { Emission, EventBus } from './events.ts';
import { compilePattern, PatternProblem } from './pattern.ts';
import { busName, type Rule, type Rules } from './rules.ts';

const ruleArn = (world: World, input: { Name?: string; Rule?: string; EventBusName?: string }): string => {
  const bus = busName(input.EventBusName);
  const name = input.Name ?? input.Rule ?? '*';
  return `arn:aws:events:${world.region}:${world.account}:rule/${bus === 'default' ? name : `${bus}/${name}`}`;
};

const onRule =
  (action: string): Operation['needs'] =>
  (input, world) => [{ action: `events:${action}`, resource: ruleArn(world, input) }];

const describe = (rule: Rule): Record<string, unknown> => ({
  Name: rule.name,
  Arn: rule.arn,
  EventPattern: rule.patternText,
  ScheduleExpression: rule.schedule,
  State: rule.enabled ? 'ENABLED' : 'DISABLED',
  Description: rule.description,
  RoleArn: rule.roleArn,
  EventBusName: rule.bus,
});

interface Entry {
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly Resources?: readonly string[];
  readonly Time?: Date;
  readonly EventBusName?: string;
}

const refusal = (entry: Entry): { ErrorCode: string; ErrorMessage: string } | undefined => {
  if (!entry.Source || !entry.DetailType || entry.Detail === undefined) {
    return { ErrorCode: 'InvalidArgument', ErrorMessage: 'Parameters Source, DetailType and Detail are required.' };
  }
  if (entry.Source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  try {
    const detail: unknown = JSON.parse(entry.Detail);
    if (typeof detail === 'object' && detail !== null && !Array.isArray(detail)) return undefined;
  } catch {
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  }
  return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
};

const emission = (entry: Entry): Emission => ({
  source: entry.Source ?? '',
  detailType: entry.DetailType ?? '',
  resources: entry.Resources ?? [],
  detail: JSON.parse(entry.Detail ?? '{}') as Record<string, unknown>,
  ...(entry.Time === undefined ? {} : { time: entry.Time.getTime() }),
  bus: busName(entry.EventBusName),
});

const putEvents = (bus: EventBus): Operation => ({
  needs: ({ Entries = [] }: { Entries?: readonly Entry[] }, world) =>
    Entries.map((entry) => ({
      action: 'events:PutEvents',
      resource: `arn:aws:events:${world.region}:${world.account}:event-bus/${busName(entry.EventBusName)}`,
      context: { 'events:source': entry.Source ?? '', 'events:detail-type': entry.DetailType ?? '' },
    })),
  run: ({ Entries = [] }: { Entries?: readonly Entry[] }) => {
    if (Entries.length < 1 || Entries.length > 10) throw new AwsError('ValidationException', 'Entries must hold 1 to 10 events.');
    const results = Entries.map((entry) => refusal(entry) ?? { EventId: bus.put(emission(entry)) });
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
  },
});

const testPattern: Operation = {
  needs: () => [{ action: 'events:TestEventPattern', resource: '*' }],
  run: ({ EventPattern, Event }: { EventPattern: string; Event: string }) => {
    try {
      return { Result: compilePattern(JSON.parse(EventPattern))(JSON.parse(Event)) };
    } catch (problem) {
      if (!(problem instanceof PatternProblem) && !(problem instanceof SyntaxError)) throw problem;
      throw new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${problem.message}`);
    }
  },
};

export const eventOperations = (rules: Rules, bus: EventBus): Readonly<Record<string, Operation>> => {
  const named = (input: { Name?: string; Rule?: string; EventBusName?: string }): Rule =>
    rules.get(busName(input.EventBusName), input.Name ?? input.Rule ?? '');
  return {
    PutEvents: putEvents(bus),
    TestEventPattern: testPattern,
    PutRule: { needs: onRule('PutRule'), run: (input) => ({ RuleArn: rules.put(input).arn }) },
    DescribeRule: { needs: onRule('DescribeRule'), run: (input) => describe(named(input)) },
    DeleteRule: { needs: onRule('DeleteRule'), run: (input) => rules.remove(busName(input.EventBusName), input.Name) ?? {} },
    EnableRule: {
      needs: onRule('EnableRule'),
      run: (input) => {
        named(input).enabled = true;
        return {};
      },
    },
    DisableRule: {
      needs: onRule('DisableRule'),
      run: (input) => {
        named(input).enabled = false;
        return {};
      },
    },
    PutTargets: {
      needs: onRule('PutTargets'),
      run: (input) => {
        rules.putTargets(named(input), input.Targets);
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
    },
    RemoveTargets: {
      needs: onRule('RemoveTargets'),
      run: (input) => {
        rules.removeTargets(named(input), input.Ids);
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
    },
    ListTargetsByRule: { needs: onRule('ListTargetsByRule'), run: (input) => ({ Targets: [...named(input).targets.values()] }) },
    ListRules: {
      needs: () => [{ action: 'events:ListRules', resource: '*' }],
      run: ({ NamePrefix = '', EventBusName }) => ({
        Rules: rules
          .of(busName(EventBusName))
          .filter((rule) => rule.name.startsWith(NamePrefix as string))
          .map(describe),
      }),
    },
  };
};
