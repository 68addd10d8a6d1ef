// Paths of the site: which patterns a path of the file means, and in which order the load balancer tries them.
import type { Route } from './platform.ts';

/** Priorities below this are free for rules of the automation, such as the page in front of a whole site that is asleep. */
export const firstPriority = 100;

/** `/api` means itself and everything below it; a path with a wildcard means just what it says. */
export const pathPatterns = (path: string): readonly string[] => {
  if (path.includes('*') || path.includes('?')) return [path];
  return path === '/' ? ['/'] : [path, `${path}/*`];
};

/** Whether a route claims everything that nobody else does. */
export const isCatchAll = (route: Pick<Route, 'path' | 'host'>): boolean => route.path === '/*' && route.host === null;

const hash = (text: string): number => {
  let value = 2_166_136_261;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  return value;
};

/** The rule of a catch-all is the last one. */
const LAST = 49_998;
const RANK = 414;

/**
 * Listener rule priority of a route, 100 to 49,998: rules with a host first, then the longer path first, and inside one length
 * a number made of the text. It depends on the route alone: adding a route never moves another one, which the load balancer
 * would refuse (PriorityInUse). Always even: the number before it is the waking page's (S10).
 */
export const priorityOf = (route: Pick<Route, 'path' | 'host'>): number => {
  if (isCatchAll(route)) return LAST;
  const literal = route.path.replace(/[*?].*$/, '').replace(/\/$/, '').length;
  const rank = (route.host === null ? 60 : 0) + Math.max(0, 59 - Math.min(59, literal));
  return firstPriority + rank * RANK + 2 * (hash(`${route.host ?? ''} ${route.path}`) % (RANK / 2));
};
