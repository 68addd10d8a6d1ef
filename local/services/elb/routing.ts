// Which rule a request meets and which target group it goes to: priorities, conditions, weights.
import type { Condition, Listener, Rule } from './model.ts';

export interface VisitorRequest {
  readonly host: string;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Without the question mark; values stay as they were sent. */
  readonly query?: string;
  readonly body?: string;
  readonly sourceIp?: string;
}

/** The first rule by priority whose conditions all hold; undefined means the listener's default actions. */
export const ruleFor = (listener: Listener, request: VisitorRequest): Rule | undefined =>
  [...listener.rules]
    .sort((left, right) => left.priority - right.priority)
    .find((rule) => rule.conditions.every((condition) => holds(condition, request)));

const holds = (condition: Condition, request: VisitorRequest): boolean => {
  switch (condition.Field) {
    case 'host-header':
      return matchesAny(condition, condition.HostHeaderConfig, withoutPort(request.host).toLowerCase(), true);
    case 'path-pattern':
      return matchesAny(condition, condition.PathPatternConfig, request.path, false);
    case 'http-header':
      return headerMatches(condition, request);
    case 'http-request-method':
      return (condition.HttpRequestMethodConfig?.Values ?? condition.Values ?? []).includes((request.method ?? 'GET').toUpperCase());
    case 'query-string':
      return (condition.QueryStringConfig?.Values ?? []).some((wanted) => queryMatches(wanted, request.query ?? ''));
    case 'source-ip':
      return (condition.SourceIpConfig?.Values ?? []).some((range) => inRange(range, request.sourceIp ?? '198.51.100.7'));
    default:
      throw new Error(`listener rule condition ${condition.Field} is not simulated`);
  }
};

const withoutPort = (host: string): string => host.split(':')[0]!;

interface Patterns {
  readonly Values?: readonly string[];
  readonly RegexValues?: readonly string[];
}

const matchesAny = (condition: Patterns, config: Patterns | undefined, text: string, ignoreCase: boolean): boolean => {
  const values = [...(config?.Values ?? []), ...(config === undefined ? (condition.Values ?? []) : [])];
  const regexes = [...(config?.RegexValues ?? []), ...(condition.RegexValues ?? [])];
  return (
    values.some((value) => wildcard(ignoreCase ? value.toLowerCase() : value).test(text)) ||
    regexes.some((regex) => new RegExp(regex).test(text))
  );
};

/** `*` for any characters, `?` for exactly one; everything else is itself. */
export const wildcard = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );

const headerMatches = (condition: Condition, request: VisitorRequest): boolean => {
  const name = condition.HttpHeaderConfig?.HttpHeaderName.toLowerCase();
  const value = Object.entries(request.headers ?? {}).find(([header]) => header.toLowerCase() === name)?.[1];
  return (
    value !== undefined &&
    (condition.HttpHeaderConfig?.Values ?? []).some((pattern) => wildcard(pattern.toLowerCase()).test(value.toLowerCase()))
  );
};

const queryMatches = (wanted: { readonly Key?: string; readonly Value: string }, query: string): boolean =>
  query.split('&').some((pair) => {
    const [key = '', value = ''] = pair.split('=');
    return (wanted.Key === undefined || wildcard(wanted.Key).test(key)) && wildcard(wanted.Value).test(value);
  });

const inRange = (range: string, address: string): boolean => {
  const [base = '', bits = '32'] = range.split('/');
  const shift = 32 - Number(bits);
  return Math.floor(asNumber(base) / 2 ** shift) === Math.floor(asNumber(address) / 2 ** shift);
};

const asNumber = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

/** One of the groups by weight; a draw in [0, 1) decides. Weight 0 gets nothing; no fail-over between groups (aws-facts E). */
export const weighted = <Group extends { readonly weight: number }>(groups: readonly Group[], draw: number): Group | undefined => {
  const total = groups.reduce((sum, group) => sum + group.weight, 0);
  let rest = draw * total;
  return groups.find((group) => {
    rest -= group.weight;
    return group.weight > 0 && rest < 0;
  });
};
