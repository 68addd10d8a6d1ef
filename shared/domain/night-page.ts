// Which requests meet the waking page at night: all of them, those of the services that go down, or none (S6, S10).
import type { OffHours } from './night.ts';
import { pathPatterns, priorityOf } from './routing.ts';

/** One listener rule that leads to the waking page. */
export interface PageRule {
  readonly paths: readonly string[];
  /** null: whatever the host. */
  readonly host: string | null;
  /** Where it stands; null: before all others. */
  readonly priority: number | null;
}

/** What has to be known of a service. */
export interface Fronted {
  readonly routes: readonly { readonly path: string; readonly host?: string | null }[];
  readonly offHours: OffHours;
}

const EVERYTHING: PageRule = { paths: ['*'], host: null, priority: null };

/** An Application Load Balancer takes so many rules, the defaults of its listeners not counted (aws-facts E). */
export const MOST_RULES = 100;

/** Services of the site that go to zero at night; one that is reduced or stays up answers for itself. */
export const down = <S extends Fronted>(services: readonly S[]): readonly S[] =>
  services.filter(({ routes, offHours }) => routes.length > 0 && offHours.kind === 'zero');

/** Whether a part of the site stays up while another part goes down. */
export const isMixed = (services: readonly Fronted[]): boolean =>
  down(services).length > 0 && services.some(({ routes, offHours }) => routes.length > 0 && offHours.kind !== 'zero');

/**
 * The rules of a night. Where a part of the site stays up, each route of the other part has its own rule, just before the route's: a request
 * is met by the same route as by day, and rules of what stays up are not touched.
 */
export const pageRules = (services: readonly Fronted[]): readonly PageRule[] => {
  if (down(services).length === 0) return [];
  if (!isMixed(services)) return [EVERYTHING];
  return down(services).flatMap(({ routes }) =>
    routes.map(({ path, host = null }) => ({ paths: pathPatterns(path), host, priority: priorityOf({ path, host }) - 1 })),
  );
};

/** What visitors get at night, in words; null where nothing public goes down. */
export const pageWords = (services: readonly Fronted[]): string | null => {
  if (down(services).length === 0) return null;
  if (!isMixed(services)) return 'visitors see the wake page';
  const paths = down(services).flatMap(({ routes }) => routes.map(({ path, host = null }) => `${host ?? ''}${path}`));
  return `visitors of ${paths.join(', ')} see the wake page, everything else goes on answering`;
};
