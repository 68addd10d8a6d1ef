// Everything that crosses a border in the wake story: names of the page's target, and a visitor's request as the load balancer sends it.
import * as v from 'valibot';

/** Name of the target group that shows the page; AWS allows 32 characters. */
export const wakeTargetName = (platform: string): string => `${platform.slice(0, 27).replace(/-+$/, '')}-wake`;

/** Environment of the doors that put the page in front of the routes, or show it. */
export const wakeEnvironment = { target: 'WAKE_TARGET', machines: 'MACHINE_PREFIX' } as const;

/** A request to a Lambda target (aws-facts E); headers are lower case, query parameters are not decoded. */
export const VisitSchema = v.object({
  httpMethod: v.string(),
  path: v.string(),
  queryStringParameters: v.nullish(v.record(v.string(), v.string())),
  headers: v.nullish(v.record(v.string(), v.string())),
  body: v.nullish(v.string()),
  isBase64Encoded: v.exactOptional(v.boolean()),
});
export type Visit = v.InferOutput<typeof VisitSchema>;

/** The answer to it; anything else becomes a 502. */
export interface VisitAnswer {
  readonly isBase64Encoded: false;
  readonly statusCode: number;
  readonly statusDescription: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const sampleWake = { trigger: { kind: 'schedule', detail: 'mon-fri 07:00-20:00', scheduled: '2026-11-23T19:30:00Z' } } as const;
