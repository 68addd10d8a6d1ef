// What a month costs: from sizes, counts and a dated price table, with the team's own figure explained.
import { describe, expect, it } from 'vitest';
import { countedIn } from '../../cli/commands/cost.ts';
import { differences, monthlyCost, shareAtWork, type Counted } from '../../shared/domain/cost.ts';
import { priceOf } from '../../shared/domain/prices.ts';
import { fileFrom, manifestFrom, templatesOf } from '../assembly.ts';

const countedOf = async (platform: string): Promise<Counted> => {
  const stacks = Object.fromEntries(Object.entries(await templatesOf(platform)).map(([name, { Resources }]) => [name, Resources]));
  return countedIn({ stacks } as unknown as Parameters<typeof countedIn>[0]);
};

describe('the month of Wizelit', () => {
  it('W12: is listed per resource, always and with its hours', async () => {
    const rows = monthlyCost(await manifestFrom('wizelit'), await countedOf('wizelit'));
    const figure = (what: string) => rows.find((row) => row.what.startsWith(what));
    expect(figure('RDS db.t3.micro')?.always).toBeCloseTo(13.14, 2);
    expect([figure('RDS storage')?.always, figure('RDS storage')?.withHours].map((usd) => usd?.toFixed(2))).toEqual(['2.30', '2.30']);
    expect(figure('ElastiCache')?.withHours).toBeCloseTo(12.41, 2);
    expect(figure('Fargate app')?.always).toBeCloseTo(14.45, 2);
    expect(figure('Fargate app')?.withHours).toBeCloseTo(5.57, 1);
    expect(rows.filter(({ always }) => always === null).every(({ note }) => note === 'by use')).toBe(true);
  });

  it('W12: thirteen hours on five days are 39 % of the time', async () => {
    expect(shareAtWork(await manifestFrom('wizelit'))).toBeCloseTo(65 / 168, 3);
  });

  it('W12: every part that differs from the team\'s 55 a month is explained', async () => {
    const { estimate } = await fileFrom('wizelit');
    const counted = await countedOf('wizelit');
    const rows = monthlyCost(await manifestFrom('wizelit'), counted);
    expect(estimate === null ? [] : differences(estimate, rows, counted).map(({ part }) => part)).toEqual(['compute', 'load balancer', 'watching', 'secrets']);
  });
});

describe('the month of the others', () => {
  it('W12: the range of CLI Agent Orchestrator is explained without addresses that its private tasks do not have', async () => {
    const { estimate } = await fileFrom('cli-agent-orchestrator');
    const counted = await countedOf('cli-agent-orchestrator');
    const told = estimate === null ? [] : differences(estimate, monthlyCost(await manifestFrom('cli-agent-orchestrator'), counted), counted);
    expect(told.map(({ part, theirs, ours }) => [part, theirs, ours.toFixed(2)])).toEqual([
      ['compute', 60, '72.08'],
      ['load balancer', 22, '23.73'],
      ['network', 32, '36.50'],
      ['watching', 10, '4.50'],
      ['by use', 42.5, '0.00'],
    ]);
    expect(told[0]?.why).toBe('the list price per vCPU and GB at all hours is in ours');
  });

  it('W12: a firewall is billed by being there, and its price is told to be unknown', async () => {
    const rows = monthlyCost(await manifestFrom('farsight'), await countedOf('farsight'));
    expect(rows.find(({ what }) => what.startsWith('Firewall'))).toMatchObject({ always: null, note: 'price unknown: waf.acl' });
  });
});

describe('prices', () => {
  it.each([
    ['fargate.x86_64.vcpu', 'ap-southeast-2', { usd: 0.048_56, region: 'ap-southeast-2' }],
    ['fargate.x86_64.vcpu', 'us-east-1', { usd: 0.040_48, region: 'us-east-1' }],
    ['alb.hour', 'ap-southeast-2', { usd: 0.022_5, region: 'us-east-1' }],
  ])('%s in %s says whose price it is', (item, region, expected) => {
    expect(priceOf(item, region)).toMatchObject(expected);
  });

  it('a class nobody has read a price for is unknown, not guessed', () => {
    expect(priceOf('rds.db.r7g.16xlarge', 'us-east-1')).toBeNull();
  });
});
