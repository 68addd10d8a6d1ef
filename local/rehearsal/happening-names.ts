// What happenings are about: the names in a day file that this platform, its templates or AWS must know.
import { meant } from '../../shared/domain/nearest-names.ts';
import type { Stage } from './play.ts';
import type { Fault } from './day-faults.ts';
import type { Happening } from './day.ts';

interface Names {
  /** What is looked for, e.g. `service`. */
  readonly what: string;
  readonly asked: readonly string[];
  readonly known: readonly string[];
  /** A part of a name is enough. */
  readonly part?: boolean;
}

const servicesOf = ({ manifest }: Stage, asked: readonly string[]): Names => ({
  what: 'service',
  asked: asked.filter((name) => !manifest.services.some(({ serviceName }) => serviceName === name)),
  known: manifest.services.map(({ name }) => name),
});

const databasesOf = ({ manifest }: Stage, name: string): Names => ({
  what: 'database',
  asked: manifest.databases.some(({ identifier }) => identifier === name) ? [] : [name],
  known: manifest.databases.map((database) => database.name),
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
  known: inTemplates(stage, 'AWS::Lambda::Function', 'FunctionName'),
  part,
});

const signingNames = ({ world }: Stage): readonly string[] =>
  Object.values(world.services).flatMap((service) => ('operations' in service ? [service.signingName] : []));

const inFault = (fault: Fault, stage: Stage): Names | null => {
  switch (fault.what) {
    case 'slow-tasks':
    case 'failing-tasks':
    case 'spot-interruption':
      return servicesOf(stage, [fault.service]);
    case 'slow-database':
    case 'failing-database':
      return databasesOf(stage, fault.database);
    case 'late-schedule':
    case 'duplicate-schedule':
      return { what: 'schedule', asked: [fault.schedule], known: inTemplates(stage, 'AWS::Scheduler::Schedule', 'Name') };
    case 'kill':
    case 'duplicate-invoke':
      return functionsOf(stage, fault.function, fault.what === 'kill');
    case 'error':
    case 'throttle':
    case 'timeout':
      return { what: 'AWS service', asked: stage.world.service(fault.service) === undefined ? [fault.service] : [], known: signingNames(stage) };
    default:
      return null;
  }
};

const namesIn = ({ kind, value }: Happening, stage: Stage): Names | null => {
  switch (kind) {
    case 'count':
    case 'bounds':
    case 'log':
    case 'storm':
      return servicesOf(stage, [value.service]);
    case 'start':
      return servicesOf(stage, value.services ?? []);
    case 'deploy':
      return { what: 'stack', asked: value.stacks ?? [], known: stage.assembly.stacks.map(({ name }) => name) };
    case 'fault':
      return inFault(value, stage);
    default:
      return null;
  }
};

/** What a happening names and nobody has, with the names there are; null when all is known. */
export const unknownName = (happening: Happening, stage: Stage): string | null => {
  const names = namesIn(happening, stage);
  if (names === null) return null;
  const { what, asked, known, part = false } = names;
  const unknown = asked.find((name) => !known.some((one) => (part ? one.includes(name) : one === name)));
  return unknown === undefined ? null : `there is no ${what} ${unknown}. ${meant(unknown, known)}`;
};

/** What the templates' rules listen for, as `source / detail-type`. */
export const heardEvents = ({ assembly }: Stage): readonly string[] => {
  const patterns = assembly.stacks
    .flatMap(({ template }) => Object.values(template.Resources ?? {}))
    .flatMap(({ Type, Properties }) => (Type === 'AWS::Events::Rule' ? [(Properties?.['EventPattern'] ?? {}) as Readonly<Record<string, readonly unknown[]>>] : []));
  const heard = patterns.flatMap(({ source = [], 'detail-type': types = [] }) => source.flatMap((from) => types.map((type) => `${String(from)} / ${String(type)}`)));
  return [...new Set(heard)].toSorted();
};
