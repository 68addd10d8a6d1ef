// RDS events (aws-facts A10): best effort on EventBridge, kept for DescribeEvents.
import type { World } from '../../world.ts';
import type { Database, RdsState } from './model.ts';

export type EventName =
  | 'stopped'
  | 'started'
  | 'restart-after-seven-days'
  | 'shutdown'
  | 'restarted'
  | 'backup-begins'
  | 'backup-ends'
  | 'created'
  | 'deleted'
  | 'pausing'
  | 'paused'
  | 'resuming'
  | 'resumed';

interface Entry {
  readonly instance?: string;
  readonly cluster?: string;
  readonly message: (what: string) => string;
  readonly category: string;
}

const entries: Readonly<Record<EventName, Entry>> = {
  stopped: { instance: '0087', cluster: '0150', message: (what) => `${what} stopped`, category: 'notification' },
  started: { instance: '0088', cluster: '0151', message: (what) => `${what} started`, category: 'notification' },
  'restart-after-seven-days': {
    instance: '0154',
    cluster: '0153',
    message: (what) => `${what} is being started due to it exceeding the maximum allowed time being stopped.`,
    category: 'notification',
  },
  shutdown: { instance: '0004', message: (what) => `${what} shutdown`, category: 'availability' },
  restarted: { instance: '0006', message: (what) => `${what} restarted`, category: 'availability' },
  'backup-begins': { instance: '0001', message: () => 'Backing up DB instance', category: 'backup' },
  'backup-ends': { instance: '0002', message: () => 'Finished DB Instance backup', category: 'backup' },
  created: { instance: '0005', cluster: '0170', message: (what) => `${what} created`, category: 'creation' },
  deleted: { instance: '0003', cluster: '0171', message: (what) => `${what} deleted`, category: 'deletion' },
  pausing: { instance: '0370', message: (what) => `${what} pause initiated`, category: 'notification' },
  paused: { instance: '0372', message: (what) => `${what} paused`, category: 'notification' },
  resuming: { instance: '0373', message: (what) => `${what} resume initiated`, category: 'notification' },
  resumed: { instance: '0374', message: (what) => `${what} resumed`, category: 'notification' },
};

const keptEvents = 500;

/** Emits the event a few seconds later, as RDS does; databases of a kind without that event stay silent. */
export const announce = (world: World, state: RdsState, database: Database, name: EventName): void => {
  const entry = entries[name];
  const number = database.kind === 'instance' ? entry.instance : entry.cluster;
  if (number === undefined) return;
  const message = entry.message(database.kind === 'instance' ? 'DB instance' : 'DB cluster');
  const id = `RDS-EVENT-${number}`;
  const at = world.clock.now;
  state.events.push({ at, id, message, database, categories: [entry.category] });
  if (state.events.length > keptEvents) state.events.shift();
  const emit = (): void => {
    world.services.events.emit({
      source: 'aws.rds',
      detailType: database.kind === 'instance' ? 'RDS DB Instance Event' : 'RDS DB Cluster Event',
      resources: [database.arn],
      detail: {
        EventCategories: [entry.category],
        SourceType: database.kind === 'instance' ? 'DB_INSTANCE' : 'CLUSTER',
        SourceArn: database.arn,
        Date: new Date(at).toISOString(),
        Message: message,
        SourceIdentifier: database.id,
        EventID: id,
      },
    });
  };
  world.clock.after(world.random.stream('rds.events').between(500, 20_000), emit, `rds event ${id}`);
};
