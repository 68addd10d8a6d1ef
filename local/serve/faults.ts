// Faults somebody asks a running world for: checked, then handed to the part of the world they befall.
import * as v from 'valibot';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { losable } from '../rehearsal/day-faults.ts';
import type { World } from '../world.ts';

const text = (name: string): v.GenericSchema<string, string> => v.pipe(v.string(`${name} must be text`), v.nonEmpty(`${name} must not be empty`)) as v.GenericSchema<string, string>;
const times = v.optional(v.pipe(v.number('next must be a number'), v.integer('next must be a whole number'), v.minValue(1, 'next must be at least 1'), v.maxValue(1000, 'next must be at most 1000')), 1);

const calls = { service: text('service'), operation: v.optional(text('operation')), next: times };

const faultSchema = v.variant(
  'fault',
  [
    v.strictObject({ fault: v.literal('drop-events'), source: v.picklist(losable, `source must be one of ${losable.join(', ')}: AWS delivers all other events at least once`), next: times }),
    v.strictObject({ fault: v.literal('duplicate-events'), source: text('source'), next: times }),
    v.strictObject({ fault: v.literal('throttle'), ...calls }),
    v.strictObject({ fault: v.literal('fail'), ...calls, effect: v.optional(v.boolean('effect must be true or false'), false) }),
    v.strictObject({ fault: v.literal('no-capacity'), provider: v.picklist(['FARGATE', 'FARGATE_SPOT'], 'provider must be FARGATE or FARGATE_SPOT'), available: v.optional(v.boolean('available must be true or false'), false) }),
    v.strictObject({ fault: v.literal('spot-interruption'), service: text('service') }),
    v.strictObject({ fault: v.literal('slack-outage'), minutes: v.pipe(v.number('minutes must be a number'), v.minValue(1, 'minutes must be at least 1'), v.maxValue(10_080, 'minutes must be at most 10080')) }),
  ],
  'fault must be one of drop-events, duplicate-events, throttle, fail, no-capacity, spot-interruption, slack-outage',
);
export type Fault = v.InferOutput<typeof faultSchema>;

/** Reads a fault; answers the findings instead when it makes no sense. */
export const readFault = (body: unknown): { readonly fault: Fault } | { readonly findings: readonly string[] } => {
  const read = v.safeParse(faultSchema, body);
  if (read.success) return { fault: read.output };
  return { findings: read.issues.map(({ message }) => `${message}. See the faults in docs/serve.md`) };
};

/** Makes the fault happen from now on. Throws with the known names when it names a service the platform does not have. */
export const applyFault = (fault: Fault, world: World, manifest: Manifest): void => {
  const { faults, services } = world;
  world.trail.add({ kind: 'happening', who: 'day', what: 'fault', detail: { value: fault } });
  switch (fault.fault) {
    case 'drop-events': return faults.dropEvents(fault);
    case 'duplicate-events': return faults.duplicateEvents(fault);
    case 'throttle': return addErrors(world, fault, 'before-effect', { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 });
    case 'fail': return addErrors(world, fault, fault.effect ? 'after-effect' : 'before-effect', { code: 'InternalServerError', message: 'The request failed because of an internal error.', status: 500 });
    case 'no-capacity': return services.ecs.setCapacity(fault.provider, fault.available);
    case 'spot-interruption': return void services.ecs.interruptSpot(manifest.cluster, serviceNameOf(fault.service, manifest));
    case 'slack-outage': return services.outside.slack.outage(world.clock.now + fault.minutes * 60_000);
  }
};

const addErrors = (
  world: World,
  { service, operation, next }: { readonly service: string; readonly operation?: string | undefined; readonly next: number },
  when: 'before-effect' | 'after-effect',
  error: { readonly code: string; readonly message: string; readonly status: number },
): void => {
  world.faults.add({ kind: 'error', when, service, times: next, error, ...(operation === undefined ? {} : { operation }) });
};

/** The ECS name of a service of the platform file. */
const serviceNameOf = (name: string, { services }: Manifest): string => {
  const found = services.find((service) => service.name === name || service.serviceName === name);
  if (found !== undefined) return found.serviceName;
  throw Object.assign(new Error(`there is no service ${name}. The platform has ${services.map((service) => service.name).join(', ')}`), { name: 'WrongRequest' });
};
