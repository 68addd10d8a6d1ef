// The parts of a bill, so that a team's own estimate and ours can be held against each other.
export const costParts = ['compute', 'database', 'cache', 'load balancer', 'network', 'watching', 'secrets', 'by use'] as const;
export type CostPart = (typeof costParts)[number];

/** What a team thinks its platform costs, USD a month by part, and whose figure it is. */
export interface Estimate {
  readonly source: string;
  readonly parts: Readonly<Partial<Record<CostPart, number>>>;
}
