// Dashboards: their bodies by name, kept as given; nothing is drawn.
import { AwsError, type Operation, type Permission } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { page } from '../paging.ts';

export interface Dashboard {
  readonly name: string;
  readonly body: string;
  readonly changedAt: number;
}

export interface Dashboards {
  /** Makes it or replaces its body. Throws DashboardInvalidInputError when the name or the body is none. */
  put(name: string, body: string): void;
  /** Throws DashboardNotFoundError. */
  existing(name: string): Dashboard;
  remove(names: readonly string[]): void;
  all(): readonly Dashboard[];
}

const invalid = (message: string): AwsError => new AwsError('DashboardInvalidInputError', message);
const notFound = (name: string): AwsError => new AwsError('DashboardNotFoundError', `Dashboard ${name} does not exist`, 404);

const isJsonObject = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};

export const makeDashboards = (world: World): Dashboards => {
  const kept = new Map<string, Dashboard>();
  const existing = (name: string): Dashboard => {
    const found = kept.get(name);
    if (found === undefined) throw notFound(name);
    return found;
  };
  return {
    put: (name, body) => {
      if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw invalid(`The dashboard name ${name} is invalid: A-Z, a-z, 0-9, - and _, at most 255`);
      if (!isJsonObject(body)) throw invalid('The field DashboardBody must be a valid JSON object');
      kept.set(name, { name, body, changedAt: world.clock.now });
    },
    existing,
    remove: (names) => {
      for (const name of names) existing(name);
      for (const name of names) kept.delete(name);
    },
    all: () => [...kept.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  };
};

/** The API; dashboards are global, so their ARNs name no Region. */
export const dashboardOperations = (world: World, dashboards: Dashboards): Readonly<Record<string, Operation>> => {
  const arn = (name: string): string => `arn:aws:cloudwatch::${world.account}:dashboard/${name}`;
  const on = (action: string, name: string): Permission => ({ action: `cloudwatch:${action}`, resource: arn(name) });
  return {
    PutDashboard: {
      needs: ({ DashboardName }) => [on('PutDashboard', DashboardName)],
      run: ({ DashboardName, DashboardBody }) => {
        dashboards.put(DashboardName, DashboardBody);
        return {};
      },
    },
    GetDashboard: {
      needs: ({ DashboardName }) => [on('GetDashboard', DashboardName)],
      run: ({ DashboardName }) => {
        const { name, body } = dashboards.existing(DashboardName);
        return { DashboardArn: arn(name), DashboardBody: body, DashboardName: name };
      },
    },
    ListDashboards: {
      needs: () => [on('ListDashboards', '*')],
      run: ({ DashboardNamePrefix = '', NextToken }) => {
        const chosen = dashboards.all().filter(({ name }) => name.startsWith(DashboardNamePrefix));
        const { items, nextToken } = page(chosen, 1000, NextToken, 'InvalidParameterValueException');
        const entries = items.map(({ name, body, changedAt }) => ({
          DashboardName: name,
          DashboardArn: arn(name),
          LastModified: new Date(changedAt),
          Size: Buffer.byteLength(body),
        }));
        return { DashboardEntries: entries, ...(nextToken === undefined ? {} : { NextToken: nextToken }) };
      },
    },
    DeleteDashboards: {
      needs: ({ DashboardNames }) => (DashboardNames as readonly string[]).map((name) => on('DeleteDashboards', name)),
      run: ({ DashboardNames }) => {
        dashboards.remove(DashboardNames);
        return {};
      },
    },
  };
};
