// IPv4 ranges: reading one, and the fixed way a platform's range is cut into subnets.

export interface Range {
  readonly base: number;
  readonly length: number;
}

/** Tiers of subnets; each owns a quarter of the range (the last quarter stays free), so that adding a zone or a tier renumbers nothing. */
export const tiers = ['public', 'private', 'data'] as const;

export type Tier = (typeof tiers)[number];

/** Four quarters of four zones: a subnet is a sixteenth of the range. */
export const subnetBits = 4;

/** A load balancer needs subnets of /27 or larger, so the range is at least a /23. */
export const smallestRange = 27 - subnetBits;

/** The range that `10.0.0.0/16` names; null when the text is none or has bits set behind its length. */
export const rangeOf = (text: string): Range | null => {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (found === null) return null;
  const [a, b, c, d, length] = found.slice(1).map(Number) as [number, number, number, number, number];
  if ([a, b, c, d].some((byte) => byte > 255) || length > 28 || length < 16) return null;
  const base = ((a * 256 + b) * 256 + c) * 256 + d;
  return base % 2 ** (32 - length) === 0 ? { base, length } : null;
};

/** The range as text. */
export const rangeWords = ({ base, length }: Range): string =>
  `${[base / 2 ** 24, base / 2 ** 16, base / 2 ** 8, base].map((part) => Math.floor(part) % 256).join('.')}/${length}`;

/** The subnet of one tier in one zone (0 to 3). */
export const subnetOf = (range: Range, tier: Tier, zone: number): Range => {
  const length = range.length + subnetBits;
  return { base: range.base + (tiers.indexOf(tier) * 4 + zone) * 2 ** (32 - length), length };
};
