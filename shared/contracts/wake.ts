// Everything that crosses a border in the wake story: names of the page's target and of the wake link's secret, and requests as the load balancer and the function URL send them.
import * as v from 'valibot';

/** Name of the target group that shows the page; AWS allows 32 characters. */
export const wakeTargetName = (platform: string): string => `${platform.slice(0, 27).replace(/-+$/, '')}-wake`;

/** Environment of the doors that put the page in front of the routes, or show it. */
export const wakeEnvironment = { target: 'WAKE_TARGET', machines: 'MACHINE_PREFIX', link: 'WAKE_LINK' } as const;

/** Secret that signs the platform's wake links; Secrets Manager makes it, nobody has to know it. */
export const wakeLinkSecret = (platform: string): string => `${platform}/wake-link`;

/** A request to the wake link's function URL, payload format 2.0; header names are lower case. */
export const LinkVisitSchema = v.object({
  rawPath: v.string(),
  queryStringParameters: v.nullish(v.record(v.string(), v.string())),
  headers: v.record(v.string(), v.string()),
  requestContext: v.object({ http: v.object({ method: v.string(), sourceIp: v.string() }) }),
});

/** A request to a Lambda target (aws-facts E), header names in lower case. What was sent is no business of a page that processes nothing. */
export const VisitSchema = v.object({
  httpMethod: v.string(),
  path: v.string(),
  headers: v.nullish(v.record(v.string(), v.string())),
});

/** The answer to it; anything else becomes a 502. */
export interface VisitAnswer {
  readonly isBase64Encoded: false;
  readonly statusCode: number;
  readonly statusDescription: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const sampleWake = { trigger: { kind: 'schedule', detail: 'mon-fri 07:00-20:00', scheduled: '2026-11-23T19:30:00Z' } } as const;
