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
    expect([figure('Fargate app')?.always, figure('Fargate app')?.withHours].map((usd) => usd?.toFixed(2))).toEqual(['14.45', '5.59']);
    expect([figure('Load balancer')?.always, figure('Secrets')?.always].map((usd) => usd?.toFixed(2))).toEqual(['25.70', '2.00']);
  });

  it('W12: a price that is unknown in Sydney is said to be, and us-east-1\'s stands beside it, in no sum of ours', async () => {
    const rows = monthlyCost(await manifestFrom('wizelit'), await countedOf('wizelit'));
    const unknown = rows.filter(({ elsewhere }) => elsewhere !== null);
    expect(unknown.map(({ what, always, withHours, elsewhere }) => [what, always, withHours, elsewhere?.always.toFixed(2), elsewhere?.withHours.toFixed(2)])).toEqual([
      ['RDS db.t3.micro', null, null, '13.14', '5.08'],
      ['RDS storage 20 GB', null, null, '2.30', '2.30'],
      ['ElastiCache redis cache.t3.micro', null, null, '12.41', '12.41'],
      ['Alarms x 19', null, null, '1.90', '1.90'],
      ['Dashboards x 1', null, null, '3.00', '3.00'],
    ]);
    expect(unknown[0]?.note).toBe('price unknown: rds.db.t3.micro (13.14 in us-east-1)');
    expect(rows.filter(({ always, elsewhere }) => always === null && elsewhere === null).every(({ note }) => note === 'by use')).toBe(true);
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

  it('W12: what is billed by use only is named, Container Insights where they are on', async () => {
    expect((await countedOf('cli-agent-orchestrator')).byUse).toEqual([
      'DynamoDB', 'CloudWatch Logs', 'ECR storage', 'Cognito users', 'The automation (under 0.10 a month, rule X5)', 'Container Insights metrics',
    ]);
    expect((await countedOf('wizelit')).byUse).not.toContain('Container Insights metrics');
  });

  it('W12, F13: a firewall is billed by being there, with each of its rules', async () => {
    const rows = monthlyCost(await manifestFrom('farsight'), await countedOf('farsight'));
    expect(rows.find(({ what }) => what.startsWith('Firewall'))).toMatchObject({ what: 'Firewall (WAF) x 1 with 4 rules', always: 9, withHours: 9 });
  });

  it('A2: one task of a service on Spot with fallback is billed on demand, like its neighbour', async () => {
    const rows = monthlyCost(await manifestFrom('atomic-calendar'), await countedOf('atomic-calendar'));
    const [app, oauth] = ['app', 'oauth'].map((name) => rows.find(({ what }) => what.startsWith(`Fargate ${name},`))?.always?.toFixed(2));
    expect([app, oauth]).toEqual(['9.01', '9.01']);
  });

  it('W12: a class whose price nobody has read anywhere has no figure at all', async () => {
    const manifest = await manifestFrom('wizelit');
    const databases = manifest.databases.map((database) => ({ ...database, instanceClass: 'db.r7g.16xlarge' }));
    const rows = monthlyCost({ ...manifest, databases }, await countedOf('wizelit'));
    expect(rows.find(({ what }) => what.startsWith('RDS db'))).toMatchObject({ always: null, elsewhere: null, note: 'price unknown: rds.db.r7g.16xlarge' });
  });
});

describe('prices', () => {
  it.each([
    ['fargate.x86_64.vcpu', 'ap-southeast-2', 0.048_56],
    ['fargate.x86_64.vcpu', 'eu-central-1', 0.046_56],
    ['fargate.x86_64.vcpu', 'us-east-1', 0.040_48],
    ['alb.hour', 'ap-southeast-2', 0.025_2],
    ['ipv4.hour', 'sa-east-1', 0.005],
  ])('%s in %s is the price of that region', (item, region, usd) => {
    expect(priceOf(item, region)?.usd).toBe(usd);
  });

  it.each([
    ['rds.db.r7g.16xlarge', 'us-east-1'],
    ['rds.db.t3.micro', 'ap-southeast-2'],
    ['alb.hour', 'sa-east-1'],
  ])('%s in %s, for which nobody has read a price, is unknown, not guessed', (item, region) => {
    expect(priceOf(item, region)).toBeNull();
  });
});
