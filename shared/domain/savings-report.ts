// What the nights saved, per night and per month, in USD against the record (S14).

export interface NightSaved {
  /** Key of the night, the instant it began. */
  readonly night: string;
  readonly hours: number;
  readonly compute: number;
  readonly database: number;
  readonly keptBilling: number;
  readonly differences: number;
  /** Items without a known price in the region, this night: left out of its figures. */
  readonly unpriced: readonly string[];
}

export interface SavingsReport {
  readonly nights: readonly NightSaved[];
  readonly months: readonly { readonly month: string; readonly nights: number; readonly saved: number; readonly keptBilling: number }[];
  readonly saved: number;
  /** Items without a known price in the region: left out of every sum. */
  readonly unpriced: readonly string[];
}

interface Night {
  readonly night: string;
  readonly asleepAt: string | null;
  readonly awakeAt: string | null;
  readonly differences: number;
  readonly saved: {
    readonly compute: number;
    readonly database: number;
    readonly keptBilling: number;
    readonly unpriced?: readonly string[];
  } | null;
}

const cents = (usd: number): number => Math.round(usd * 100) / 100;

/** Nights that are over, oldest first; months by the platform's own calendar (`monthOf` an instant). */
export const savingsReport = (nights: readonly Night[], monthOf: (at: string) => string): SavingsReport => {
  const over = nights.flatMap(({ night, asleepAt, awakeAt, saved, differences }) => {
    if (saved === null || asleepAt === null || awakeAt === null) return [];
    const hours = Math.round(((Date.parse(awakeAt) - Date.parse(asleepAt)) / 3_600_000) * 10) / 10;
    return [
      {
        night,
        hours,
        differences,
        compute: saved.compute,
        database: saved.database,
        keptBilling: saved.keptBilling,
        unpriced: saved.unpriced ?? [],
        month: monthOf(asleepAt),
      },
    ];
  });
  const total = (some: typeof over): number => cents(some.reduce((sum, { compute, database }) => sum + compute + database, 0));
  const months = [...new Set(over.map(({ month }) => month))].map((month) => {
    const own = over.filter((night) => night.month === month);
    return { month, nights: own.length, saved: total(own), keptBilling: cents(own.reduce((sum, { keptBilling }) => sum + keptBilling, 0)) };
  });
  return {
    nights: over.map(({ month: _month, ...night }) => night),
    months,
    saved: total(over),
    unpriced: [...new Set(nights.flatMap(({ saved }) => saved?.unpriced ?? []))],
  };
};

/** What each figure of a night is made of, as items of the price table. */
const madeOf = {
  compute: /^fargate\./,
  database: /^rds\.db\./,
  keptBilling: /^(rds\.storage|alb\.)/,
} as const;

/** A figure in words: a price that is unknown is never a zero. Caches are saved when they hibernate, and billed when not. */
export const savedFigure = (night: NightSaved, figure: keyof typeof madeOf, cachesHibernate: boolean): string => {
  const holdsCaches = figure === (cachesHibernate ? 'database' : 'keptBilling');
  const unknown = night.unpriced.some((item) => madeOf[figure].test(item) || (holdsCaches && item.startsWith('cache.')));
  if (!unknown) return night[figure].toFixed(2);
  return night[figure] === 0 ? 'price unknown' : `${night[figure].toFixed(2)} + unknown`;
};
