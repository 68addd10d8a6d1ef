// Machines by the name they give themselves: a maintained list, and ours for what it lacks or sees otherwise (S10).

/** Monitors and load balancers ask whether the site is up; unfurlers show a card of a link; crawlers walk the web. */
export type Machine = 'checker' | 'unfurler' | 'crawler';

/** One machine of the maintained list: a regular expression for its User-Agent, and what it is. */
export interface Listed {
  readonly pattern: string;
  readonly tags?: readonly string[];
}

/** What the list does not have. Small letters, as parts of a User-Agent. */
const ours: Readonly<Record<Machine, readonly string[]>> = {
  checker: [
    'elb-healthchecker', 'amazon-route53-health-check-service', 'cloudwatchsynthetics', 'googlehc', 'kube-probe', 'azure traffic manager',
    'edge health probe', 'betterstack', 'better stack', 'datadog/synthetics', 'newrelicpinger', 'new relic', 'freshping', 'updown-bot',
    'cronitor', 'healthchecks.io', 'monitis', 'dynatrace', 'oh dear', 'blackbox-exporter', 'prometheus', 'nagios', 'icinga', 'sensu',
    'gatus', 'statping', 'upptime', 'instatus', 'onlineornot', 'phare', 'hyperping', 'pulsetic', 'apex-ping', 'apex ping', 'host-tracker',
    'grafana-synthetic', 'fastly-healthcheck', 'fly-proxy', 'consul health check', 'haproxy', 'varnish', 'traefik', 'envoy/hc',
    'wget/1.0 (healthcheck)',
  ],
  unfurler: [
    'googlemessages', 'google-pagerenderer', 'googledocs', 'line-poker', 'kakaotalk-scrap', 'mattermost', 'rocket.chat', 'pleroma',
    'misskey', 'cardyb', 'bitlybot', 'qwantify', 'xing-contenttabreceiver', 'yandex-preview', 'linkpreview', 'link preview',
  ],
  crawler: [
    'yandexbot', 'ahrefsbot', 'shodan', 'nuclei', 'gobuster', 'internet-measurement', 'paloaltonetworks', 'binaryedge', 'leakix',
    'securitytrails', 'project-discovery', 'onyphe', 'nmap', 'netcraft', 'censys', 'lwp::', 'scrapy', 'colly', 'mechanize', 'httrack',
  ],
};

/** On the list, and yet windows through which a person looks: the browsers inside Facebook, VS Code and Fluid. */
const people: ReadonlySet<string> = new Set(['MetaIAB Facebook', 'Code\\/1\\.', 'Fluid']);

/** null for libraries: whoever runs a program wants the site. */
const kindOf = ({ pattern, tags = [] }: Listed): Machine | null => {
  if (tags.includes('http-library') || people.has(pattern)) return null;
  if (tags.includes('monitoring')) return 'checker';
  return tags.includes('social-preview') ? 'unfurler' : 'crawler';
};

/** The text a pattern stands for, null where it takes a regular expression. */
const literal = (pattern: string): string | null => {
  const text = pattern.replace(/\\([/.()+-])/g, '$1');
  return /[\\^$*+?()[\]{}|.]/.test(pattern.replace(/\\[/.()+-]/g, '')) ? null : text;
};

/** Nearly all patterns are plain text: searched as text they cost microseconds, compiled as one expression tens of milliseconds at first. */
const searchFor = (patterns: readonly string[]): ((agent: string) => boolean) => {
  const texts: string[] = [];
  const expressions: string[] = [];
  for (const pattern of patterns) {
    const text = literal(pattern);
    if (text === null) expressions.push(pattern);
    else texts.push(text);
  }
  const expression = expressions.length === 0 ? null : new RegExp(expressions.join('|'));
  return (agent) => texts.some((text) => agent.includes(text)) || expression?.test(agent) === true;
};

/** Tells which machine a User-Agent names, null for everybody else. */
export const machinesOf = (list: readonly Listed[]): ((agent: string) => Machine | null) => {
  const kinds = (['checker', 'unfurler', 'crawler'] as const).map((kind) => {
    const listed = searchFor(list.filter((machine) => kindOf(machine) === kind).map(({ pattern }) => pattern));
    return { kind, names: (agent: string, small: string) => ours[kind].some((name) => small.includes(name)) || listed(agent) };
  });
  return (agent) => {
    const small = agent.toLowerCase();
    return kinds.find(({ names }) => names(agent, small))?.kind ?? null;
  };
};
