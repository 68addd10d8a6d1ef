// `dayshift cost`: a platform's month per resource, all the time and with its hours (W12).
// From the synthesized templates and the dated price table.
import { differences, monthlyCost, REGION_FOR_ORIENTATION, shareAtWork } from '../../shared/domain/cost.ts';
import type { CostRow, Counted, Month } from '../../shared/domain/cost.ts';
import type { Estimate } from '../../shared/domain/cost-parts.ts';
import { PRICES_DATED } from '../../shared/domain/prices.ts';
import { noMore, type Command } from '../command.ts';
import { lines } from '../layout.ts';
import { platformOptions, synthesized, type Resource, type SynthesizedPlatform } from '../platform.ts';

/** Resource types billed only by what one does with them. */
const usage: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'DynamoDB',
  'AWS::S3::Bucket': 'S3',
  'AWS::EFS::FileSystem': 'EFS',
  'AWS::Logs::LogGroup': 'CloudWatch Logs',
  'AWS::ECR::Repository': 'ECR storage',
  'AWS::Cognito::UserPool': 'Cognito users',
  'AWS::Backup::BackupPlan': 'Backups',
  'AWS::Lambda::Function': 'The automation (under 0.10 a month, rule X5)',
};

/** Its metrics are billed as custom ones, by how many tasks and containers there are. */
const hasInsights = ({ Properties }: Resource): boolean => /"containerInsights","Value":"(enabled|enhanced)"/.test(JSON.stringify(Properties ?? {}));

/** Counts what is billed by being there. */
export const countedIn = ({ stacks }: SynthesizedPlatform): Counted => {
  const all = Object.values(stacks).flatMap((resources) => Object.values(resources));
  const of = (type: string): readonly Resource[] => all.filter((resource) => resource.Type === type);
  const zones = of('AWS::ElasticLoadBalancingV2::LoadBalancer')[0]?.Properties?.['Subnets']?.length ?? 2;
  const endpoints = of('AWS::EC2::VPCEndpoint')
    .filter(({ Properties }) => Properties?.['VpcEndpointType'] === 'Interface')
    .reduce((sum, { Properties }) => sum + (Properties?.['SubnetIds']?.length ?? 1), 0);
  return {
    zones,
    loadBalancers: of('AWS::ElasticLoadBalancingV2::LoadBalancer').length,
    natGateways: of('AWS::EC2::NatGateway').length,
    endpoints,
    tasksHavePublicIp: of('AWS::ECS::Service').some(({ Properties }) =>
      JSON.stringify(Properties?.['NetworkConfiguration'] ?? {}).includes('ENABLED'),
    ),
    secrets: of('AWS::SecretsManager::Secret').length,
    alarms: of('AWS::CloudWatch::Alarm').length,
    dashboards: of('AWS::CloudWatch::Dashboard').length,
    firewalls: of('AWS::WAFv2::WebACL').length,
    firewallRules: of('AWS::WAFv2::WebACL').reduce((sum, { Properties }) => sum + (Properties?.['Rules']?.length ?? 0), 0),
    byUse: [
      ...Object.entries(usage)
        .filter(([type]) => of(type).length > 0)
        .map(([, name]) => name),
      ...(of('AWS::ECS::Cluster').some(hasInsights) ? ['Container Insights metrics'] : []),
    ],
  };
};

const usd = (amount: number | null): string => (amount === null ? '-' : amount.toFixed(2)).padStart(9);
const sum = (months: readonly (Month | CostRow)[]): Month => ({
  always: months.reduce((total, { always }) => total + (always ?? 0), 0),
  withHours: months.reduce((total, { withHours }) => total + (withHours ?? 0), 0),
});

/** The team's own figure beside ours, and why they differ. */
const explained = (estimate: Estimate, rows: readonly CostRow[], counted: Counted): string => {
  const theirs = Object.values(estimate.parts).reduce((total, usdOfPart) => total + usdOfPart, 0);
  const parts = differences(estimate, rows, counted).map(
    ({ part, theirs: said, ours, why }) => `  ${part.padEnd(15)}${usd(said)}${usd(ours)}  ${why}`,
  );
  return `\nAgainst ${estimate.source} (${theirs.toFixed(2)} a month):\n${' '.repeat(17)}   theirs     ours\n${parts.join('\n')}\n`;
};

const saved = ({ always, withHours }: Month): string => (always - withHours).toFixed(2);

const WIDTH = 46;

/** The whole bill for people. */
const bill = ({ manifest, file }: SynthesizedPlatform, rows: readonly CostRow[], counted: Counted): string => {
  const figures = ({ always, withHours }: Pick<CostRow, 'always' | 'withHours'>): string =>
    `${usd(always)}${usd(withHours)}${usd(always === null || withHours === null ? null : always - withHours)}`;
  const total = (what: string, month: Month): string => `  ${what.padEnd(WIDTH)}${figures(month)}`;
  const known = sum(rows);
  const oriented = sum(rows.map((row) => row.elsewhere ?? row));
  const someUnknown = rows.some(({ elsewhere }) => elsewhere !== null);
  const share = `${(shareAtWork(manifest) * 100).toFixed(0)} % of the time`;
  const hours = manifest.hours === null ? 'no hours' : `${manifest.hours.words}: at work ${share}`;
  const written = rows.map((row) => `  ${row.what.slice(0, WIDTH).padEnd(WIDTH)}${figures(row)}  ${row.note}`.trimEnd());
  return (
    lines(
      `${manifest.id} in ${manifest.region}, USD per month (${hours})`,
      `${' '.repeat(WIDTH + 2)}   always  w/ hours    saved`,
      written,
      total('Sum of what is known', known),
      someUnknown ? [total(`  and at ${REGION_FOR_ORIENTATION}'s prices where unknown`, oriented)] : [],
      `  Its hours save ${saved(known)} a month${someUnknown ? ` of what is known, ${saved(oriented)} at those prices` : ''}.`,
      `Prices read ${PRICES_DATED}; traffic, storage growth and free tiers are not in it.`,
    ) + (file.estimate === null ? '' : explained(file.estimate, rows, counted))
  );
};

export const cost: Command = {
  name: 'cost',
  summary: 'What a platform costs per month, and what its hours save',
  usage: 'cost [--platform NAME] [--stage STAGE] [--json]',
  options: { ...platformOptions, json: { type: 'boolean', help: 'for machines: see docs/cli/json.md' } },
  example: 'npx dayshift cost --platform atomic-calendar --stage prod',
  run: async (values, positionals, terminal) => {
    noMore(positionals);
    const platform = await synthesized(values, { reuse: true });
    const { manifest } = platform;
    const counted = countedIn(platform);
    const rows = monthlyCost(manifest, counted);
    if (values['json'] === true) {
      terminal.out(`${JSON.stringify({ platform: manifest.id, region: manifest.region, dated: PRICES_DATED, rows }, null, 2)}\n`);
      return 0;
    }
    terminal.out(bill(platform, rows, counted));
    return 0;
  },
};
