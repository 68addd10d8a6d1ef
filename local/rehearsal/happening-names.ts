// What happenings are about: the names in a day file that this platform, its templates or AWS must know.
import { meant } from '../../shared/domain/nearest-names.ts';
import type { Stage } from './play.ts';
import type { Fault } from './day-faults.ts';
import type { Happening } from './day.ts';
import { alarmsOfStorm } from './storm.ts';

interface Names {
  /** What is looked for, e.g. `service`. */
  readonly what: string;
  readonly asked: readonly string[];
  /** Asked for only when something is looked for. */
  readonly known: () => readonly string[];
  /** A part of a name is enough. */
  readonly part?: boolean;
}
type Of<K extends Happening['kind']> = Extract<Happening, { kind: K }>['value'];

const servicesOf = ({ manifest }: Stage, asked: readonly string[]): Names => ({
  what: 'service',
  asked: asked.filter((name) => !manifest.services.some(({ serviceName }) => serviceName === name)),
  known: () => manifest.services.map(({ name }) => name),
});

const databasesOf = ({ manifest }: Stage, name: string): Names => ({
  what: 'database',
  asked: manifest.databases.some(({ identifier }) => identifier === name) ? [] : [name],
  known: () => manifest.databases.map((database) => database.name),
});

/** Names that the templates give to resources of a type. */
const inTemplates = ({ assembly }: Stage, type: string, property: string): readonly string[] =>
  assembly.stacks
    .flatMap(({ template }) => Object.values(template.Resources ?? {}))
    .flatMap(({ Type, Properties }) => (Type === type ? [Properties?.[property]] : []))
    .filter((name): name is string => typeof name === 'string');

const functionsOf = (stage: Stage, name: string, part: boolean): Names => ({
  what: 'function',
  asked: [name],
  known: () => inTemplates(stage, 'AWS::Lambda::Function', 'FunctionName'),
  part,
});

/** Of the platform's images, of its templates, or made by hand. */
const repositoriesOf = (stage: Stage, name: string): Names => ({
  what: 'repository',
  asked: stage.world.services.ecr.has(name) ? [] : [name],
  known: () => {
    const images = stage.manifest.services.flatMap(({ containers }) => containers.flatMap(({ image }) => image?.repository ?? []));
    return [...new Set([...images, ...inTemplates(stage, 'AWS::ECR::Repository', 'RepositoryName')])];
  },
});

/** Alarms of the templates, made by hand, or made by an earlier happening. */
const alarmsOf = (stage: Stage, asked: readonly string[], earlier: readonly Happening[]): Names => ({
  what: 'alarm',
  asked: asked.filter((name) => stage.world.services.cloudwatch.state(name) === undefined),
  known: () => [...inTemplates(stage, 'AWS::CloudWatch::Alarm', 'AlarmName'), ...earlier.flatMap((happening) => madeBy(happening, stage))],
});

const madeBy = ({ kind, value }: Happening, stage: Stage): readonly string[] => {
  if (kind === 'composite') return [value.name];
  return kind === 'storm' ? alarmsOfStorm(value, stage.manifest) : [];
};

/** `ALARM("a") AND NOT OK(b)` asks a and b. */
const askedBy = ({ rule, suppressor }: Of<'composite'>): readonly string[] => [
  ...[...rule.matchAll(/\b(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*"?([^"()]+?)"?\s*\)/gi)].map(([, name = '']) =>
    name.slice(name.lastIndexOf(':') + 1),
  ),
  ...(suppressor === undefined ? [] : [suppressor]),
];

const servicesOfAws = ({ world }: Stage): readonly string[] =>
  Object.values(world.services).flatMap((service) => ('operations' in service ? [service.signingName] : []));

/** Who calls: a function, a state machine, a rule, a schedule's role or the operator, as `ROLE/SESSION`; a part is enough. */
const callersOf = (stage: Stage, caller: string): Names => ({
  what: 'caller',
  asked: [caller.replace(/^\//, '')],
  known: () => [
    ...inTemplates(stage, 'AWS::Lambda::Function', 'FunctionName'),
    ...inTemplates(stage, 'AWS::StepFunctions::StateMachine', 'StateMachineName'),
    ...inTemplates(stage, 'AWS::Events::Rule', 'Name'),
    ...inTemplates(stage, 'AWS::IAM::Role', 'RoleName'),
    'operator',
  ],
  part: true,
});

type Calls = Extract<Fault, { what: 'error' | 'throttle' | 'timeout' }>;

const inCalls = ({ service, operation, caller }: Calls, stage: Stage): readonly Names[] => {
  const simulated = stage.world.service(service);
  if (simulated === undefined) return [{ what: 'AWS service', asked: [service], known: () => servicesOfAws(stage) }];
  return [
    {
      what: `${service} operation`,
      asked: operation === undefined ? [] : [operation],
      known: () => Object.keys(simulated.operations),
    },
    ...(caller === undefined ? [] : [callersOf(stage, caller)]),
  ];
};

/** Services whose events are simulated, beside those that the platform's rules hear. */
const TELLING = [
  'application-autoscaling', 'cloudformation', 'cloudwatch', 'ecr', 'ecs', 'events', 'rds', 'secretsmanager', 'ses', 'states',
].map((service) => `aws.${service}`);

const inFault = (fault: Fault, stage: Stage): readonly Names[] => {
  switch (fault.what) {
    case 'slow-tasks':
    case 'failing-tasks':
    case 'spot-interruption':
      return [servicesOf(stage, [fault.service])];
    case 'slow-database':
    case 'failing-database':
      return [databasesOf(stage, fault.database)];
    case 'late-schedule':
    case 'duplicate-schedule':
      return [{ what: 'schedule', asked: [fault.schedule], known: () => inTemplates(stage, 'AWS::Scheduler::Schedule', 'Name') }];
    case 'kill':
    case 'duplicate-invoke':
      return [functionsOf(stage, fault.function, fault.what === 'kill')];
    case 'duplicate-events':
    case 'delay-events':
    case 'reorder-events':
      return [
        { what: 'event source', asked: [fault.source], known: () => [...new Set([...TELLING, ...heard(stage).map(([source]) => source)])] },
      ];
    case 'error':
    case 'throttle':
    case 'timeout':
      return inCalls(fault, stage);
    case 'mailbox':
      return [{ what: 'recipient of notices', asked: [fault.address], known: () => stage.manifest.notices.emails }];
    default:
      return [];
  }
};

/** Only orders about a night name no service. */
const inOrder = ({ verb, service }: Of<'order'>): readonly string[] =>
  ['keep-awake', 'wake', 'sleep-now'].includes(verb) || service === '*' ? [] : [service];

const namesIn = ({ kind, value }: Happening, stage: Stage, earlier: readonly Happening[]): readonly Names[] => {
  switch (kind) {
    case 'push':
      return [repositoriesOf(stage, value.repository)];
    case 'metric':
    case 'mute':
      return [alarmsOf(stage, [value.alarm], earlier)];
    case 'alarm':
      return [alarmsOf(stage, [value.name], earlier)];
    case 'composite':
      return [alarmsOf(stage, askedBy(value), earlier)];
    case 'count':
    case 'bounds':
    case 'log':
    case 'storm':
      return [servicesOf(stage, [value.service])];
    case 'start':
      return [servicesOf(stage, value.services ?? [])];
    case 'order':
      return [servicesOf(stage, inOrder(value))];
    case 'deploy':
      return [{ what: 'stack', asked: value.stacks ?? [], known: () => stage.assembly.stacks.map(({ name }) => name) }];
    case 'fault':
      return inFault(value, stage);
    default:
      return [];
  }
};

/** What a happening names and nobody has, each with the names there are; `earlier` is what happens before it and may make some. */
export const unknownNames = (happening: Happening, stage: Stage, earlier: readonly Happening[] = []): readonly string[] => {
  if (happening.kind === 'event') return unheard(happening.value, stage);
  return namesIn(happening, stage, earlier).flatMap(({ what, asked, known, part = false }) => {
    if (asked.length === 0) return [];
    const names = known();
    const unknown = asked.filter((name) => !names.some((one) => (part ? one.includes(name) : one === name)));
    return unknown.map((name) => `there is no ${what} ${name}. ${meant(name, names)}`);
  });
};

type Pattern = Readonly<Record<string, readonly unknown[]>>;

/** What the templates' rules listen for: source and type. */
const heard = ({ assembly }: Stage): readonly (readonly [string, string])[] => {
  const patterns = assembly.stacks
    .flatMap(({ template }) => Object.values(template.Resources ?? {}))
    .flatMap(({ Type, Properties }) => (Type === 'AWS::Events::Rule' ? [(Properties?.['EventPattern'] ?? {}) as Pattern] : []));
  return patterns.flatMap(({ source = [], 'detail-type': types = [] }) =>
    source.flatMap((from) => types.map((type) => [String(from), String(type)] as const)),
  );
};

const unheard = (event: Of<'event'>, stage: Stage): readonly string[] => {
  if (stage.world.services.events.hears(event)) return [];
  const known = [...new Set(heard(stage).map((pair) => pair.join(' / ')))].toSorted();
  const remedy = `Give one with the source, type and detail of what the rules listen for: ${known.join(', ')}.`;
  return [`no rule matches the event ${event.source} / ${event['detail-type']}. ${remedy}`];
};
