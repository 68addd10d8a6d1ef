// What can be wrong with the site as visitors meet it: no healthy target, a page over plain HTTP, an origin that browsers do not send (K8).
import { fine, judged, trouble, warning, type Finding, type Known } from './doctor-finding.ts';

/** A public service as its load balancer sees it. */
export interface Answering {
  readonly service: string;
  /** Whether it has ever had an image. */
  readonly released: boolean;
  readonly healthy: number;
  readonly targets: number;
  /** What the load balancer says of targets that are not healthy. */
  readonly reasons: readonly string[];
  /** `GET /health, expecting 200`. */
  readonly asked: string;
}

export interface SiteFacts {
  /** Public platforms only: their site, null while it has no domain. */
  readonly site: { readonly public: boolean; readonly address: string | null };
  /** null: nothing is public, or the platform sleeps and answers with its page. */
  readonly answering: Known<readonly Answering[] | null>;
  readonly origins: readonly { readonly service: string; readonly variable: string; readonly value: string }[];
}

/** Without a healthy target the load balancer answers for the service: 502 or 503. */
export const answerCheck = ({ answering }: SiteFacts): Finding =>
  judged('Site answers', answering, (services) => {
    if (services === null) return fine('Site answers', 'nothing is public, or the platform sleeps');
    const down = services.filter(({ healthy, released }) => healthy === 0 && released);
    if (down.length === 0) {
      const each = services.map(({ service, healthy, targets, released }) =>
        released ? `${service} ${healthy}/${targets}` : `${service} waits for its first image`,
      );
      return fine('Site answers', each.join(', '));
    }
    const words = down.map(({ service, targets, reasons }) =>
      targets === 0
        ? `${service} has no running task`
        : `${service}: none of ${targets} targets is healthy${reasons.length === 0 ? '' : ` (${reasons.join(', ')})`}`,
    );
    const [first] = down;
    const asks = down.map(({ service, asked }) => `${service} must answer ${asked}`);
    return trouble(
      'Site answers',
      `${words.join('; ')}: visitors get 502 or 503`,
      [
        `npx dayshift why ${first?.service ?? ''} has the stop reason and the last lines.`,
        `The load balancer sends requests to a task only while its health check passes: ${asks.join('; ')}, on the port of the container.`,
      ].join(' '),
    );
  });

/** What needs a secure context, in the words of the errors people meet. */
const WITHHELD = [
  'crypto.randomUUID and crypto.subtle ("is not a function")',
  'the clipboard',
  'service workers',
  'notifications',
  'camera and microphone',
  'and Secure cookies',
].join(', ');

export const secureContextCheck = ({ site }: SiteFacts): Finding => {
  if (!site.public || site.address?.startsWith('https:') === true)
    return fine('Secure context', site.public ? 'the site is served over HTTPS, and HTTP is redirected' : 'nothing is public');
  return warning(
    'Secure context',
    `the site is plain HTTP, which browsers do not trust: they withhold ${WITHHELD}. Chat widgets and sign-in need some of them`,
    [
      'Give the platform file a domain: { name, zone } or { name, certificate }. It brings a certificate, HTTPS, and a redirect from HTTP.',
      "On a developer's own machine http://localhost counts as secure.",
    ].join(' '),
  );
};

/** Variables that name allowed origins and do not say the site's own. */
export const originCheck = ({ origins, site }: SiteFacts): Finding => {
  const own = site.address;
  const wrong = origins.filter(
    ({ value }) => value !== '*' && !value.includes('{site}') && !(own !== null && value.split(/[,\s]+/).includes(own)),
  );
  if (wrong.length === 0)
    return fine('CORS origin', origins.length === 0 ? 'no variable names an origin' : "allowed origins are the site's own");
  const words = wrong.map(({ service, variable, value }) => `${service}: ${variable} is ${value}`);
  return trouble(
    'CORS origin',
    `${words.join('; ')}; browsers send ${own ?? "the load balancer's address"}`,
    'Write {site} in the platform file: it is always the address that browsers send.',
  );
};
