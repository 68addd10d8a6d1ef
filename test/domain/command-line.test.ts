import { describe, expect, it } from 'vitest';
import { accountNeeds } from '../../shared/domain/account-needs.ts';
import { completionScript } from '../../shared/domain/completion.ts';
import { lostAndKept } from '../../shared/domain/lost-and-kept.ts';
import { distance, nearest } from '../../shared/domain/nearest-names.ts';
import { savedFigure, savingsReport } from '../../shared/domain/savings-report.ts';
import { shortSeconds, sinceInstant, untilInstant } from '../../shared/domain/since-words.ts';
import { fillables, secretState, withValue } from '../../shared/domain/unfilled-secrets.ts';
import { whyReport } from '../../shared/domain/why.ts';

const SYDNEY = 'Australia/Sydney';
const NOW = '2026-11-23T00:30:00.000Z'; // 11:30 in Sydney

describe('instants as people ask for them', () => {
  it.each([
    ['90s', 90],
    ['30m', 1_800],
    ['2h', 7_200],
    ['1d', 86_400],
    ['2 hours', 7_200],
    ['soon', null],
    ['', null],
  ])('%s is %s seconds', (text, seconds) => {
    expect(shortSeconds(text)).toBe(seconds);
  });

  it.each([
    ['30m', '2026-11-23T00:00:00.000Z'],
    ['09:15', '2026-11-22T22:15:00.000Z'],
    ['14:00', '2026-11-22T03:00:00.000Z'],
    ['2026-11-23T09:00', '2026-11-22T22:00:00.000Z'],
    ['2026-11-22T22:00:00Z', '2026-11-22T22:00:00.000Z'],
    ['24:00', null],
  ])('since %s looks back to %s', (text, instant) => {
    expect(sinceInstant(text, NOW, SYDNEY)).toBe(instant);
  });

  it.each([
    ['until 22:00', '2026-11-23T11:00:00.000Z'],
    ['until 09:00', '2026-11-23T22:00:00.000Z'],
    ['for 2h', '2026-11-23T02:30:00.000Z'],
    ['until 2026-11-24T01:00', '2026-11-23T14:00:00.000Z'],
    ['until 2026-11-22T01:00', null],
    ['for 0m', null],
  ])('S8: keep-awake %s ends at %s', (text, instant) => {
    expect(untilInstant(text, NOW, SYDNEY)).toBe(instant);
  });
});

describe('names a person may have meant', () => {
  it('counts letters that differ, and a swap of neighbours as one', () => {
    expect(distance('statsu', 'status')).toBe(1);
    expect(distance('api', 'web')).toBe(3);
  });
  it('answers the closest three, or none', () => {
    expect(nearest('wrker', ['api', 'worker', 'workers'])).toEqual(['worker', 'workers']);
    expect(nearest('zzzzzz', ['api', 'worker'])).toEqual([]);
    expect(nearest('agent', ['python-agent', 'app'])).toEqual(['python-agent']);
  });
});

describe('A9: secrets that a person fills in', () => {
  const file = {
    secrets: {
      openai: {
        secretName: null,
        title: null,
        value: { kind: 'whole' as const, whole: { kind: 'fill' as const, hint: 'API key', optional: false } },
      },
      app: {
        secretName: 'shop/app-{stage}',
        title: null,
        value: {
          kind: 'keys' as const,
          keys: { JWT: { kind: 'generate' as const, length: 64 }, GOOGLE_ID: { kind: 'fill' as const, hint: 'Client id', optional: true } },
        },
      },
    },
  };
  const all = fillables(file, { id: 'shop-dev', stage: 'dev', notices: { slack: { secret: 'shop/slack' } } });

  it('A9: lists them by their names in Secrets Manager, generated ones left out', () => {
    expect(all.map(({ secret, key, optional }) => ({ secret, key, optional }))).toEqual([
      { secret: 'shop-dev/openai', key: null, optional: false },
      { secret: 'shop/app-dev', key: 'GOOGLE_ID', optional: true },
      { secret: 'shop/slack', key: 'webhook', optional: false },
    ]);
  });

  it('A9: tells filled, unfilled, left out and missing apart, without ever showing a value', () => {
    const [openai, google, slack] = all;
    if (openai === undefined || google === undefined || slack === undefined) throw new Error('three are listed above');
    expect(secretState(openai, 'fill-me-in').state).toBe('unfilled');
    expect(secretState(openai, 'sk-1').state).toBe('filled');
    expect(secretState(openai, null).state).toBe('missing');
    expect(secretState(google, '{"JWT":"x","GOOGLE_ID":""}').state).toBe('left-out');
    expect(secretState(slack, '{"token":"xoxb-1","channel":"C1"}', ['token']).state).toBe('filled');
    expect(Object.keys(secretState(openai, 'sk-1'))).toEqual(['secret', 'key', 'hint', 'optional', 'state']);
  });

  it('setting one key keeps the others', () => {
    expect(withValue('{"JWT":"x","GOOGLE_ID":""}', 'GOOGLE_ID', '12"3')).toBe('{"JWT":"x","GOOGLE_ID":"12\\"3"}');
    expect(withValue('fill-me-in', null, 'sk-1')).toBe('sk-1');
  });
});

describe('reports for the operator', () => {
  it('O13: what destroy takes, what it snapshots and what it leaves, from the templates', () => {
    const stacks = {
      data: {
        Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'sessions' }, DeletionPolicy: 'Retain' },
        Bucket: { Type: 'AWS::S3::Bucket' },
        Db: { Type: 'AWS::RDS::DBInstance', Properties: { DBInstanceIdentifier: 'shop-db' } },
        Cluster: { Type: 'AWS::RDS::DBCluster', Properties: { DBClusterIdentifier: 'shop-aurora' } },
        Member: { Type: 'AWS::RDS::DBInstance', Properties: { DBInstanceIdentifier: 'shop-aurora-1', DBClusterIdentifier: 'shop-aurora' } },
        Copies: {
          Type: 'AWS::ECR::ReplicationConfiguration',
          Properties: { ReplicationConfiguration: { Rules: [{ Destinations: [{ Region: 'eu-west-1' }], RepositoryFilters: [{ Filter: 'shop' }] }] } },
        },
        Role: { Type: 'AWS::IAM::Role' },
      },
    };
    const { lost, snapshots, kept, others } = lostAndKept(stacks);
    expect(lost.map(({ name }) => name)).toEqual(['Bucket']);
    // Of a cluster one snapshot is made; its members hold nothing of their own.
    expect(snapshots.map(({ name }) => name)).toEqual(['shop-db', 'shop-aurora']);
    expect(kept.map(({ name }) => name)).toEqual(['sessions', 'shop in eu-west-1']);
    expect(others).toBe(3);
  });

  it('O13, R8: copies that belong to no stack are listed as kept in prod, as lost elsewhere: before migrations, for the night, and backups that outlive their instance', () => {
    const stacks = { data: { Db: { Type: 'AWS::RDS::DBInstance', Properties: { DBInstanceIdentifier: 'shop-db', DeleteAutomatedBackups: false }, DeletionPolicy: 'Snapshot' } } };
    const gates = { minimumAgeSeconds: null, scan: null, approval: null, migration: { container: 'web', command: ['up'], timeoutSeconds: 60, snapshot: true } };
    const making = {
      id: 'shop',
      services: [{ needs: ['db', 'cache'], rollout: { gates } }],
      databases: [
        { name: 'db', kind: 'instance', identifier: 'shop-db' },
        { name: 'other', kind: 'instance', identifier: 'shop-other' },
      ],
      caches: [
        { name: 'cache', identifier: 'shop-cache', offHours: 'hibernate' },
        { name: 'day', identifier: 'shop-day', offHours: 'stay' },
      ],
    };
    const told = (stage: string, fate: 'lost' | 'kept'): readonly string[] =>
      lostAndKept(stacks, { ...making, stage } as unknown as Parameters<typeof lostAndKept>[1])[fate].map(({ type, name }) => `${type} ${name}`);
    const copies = [
      'AWS::RDS::DBSnapshot shop-db-before-* (made before migrations)',
      'AWS::ElastiCache::Snapshot shop-cache-night-* (while the platform sleeps)',
    ];
    const backups = 'AWS::RDS::DBInstanceAutomatedBackup shop-db (until they expire)';
    expect([told('prod', 'lost'), told('prod', 'kept')]).toEqual([[], [backups, ...copies]]);
    expect([told('staging', 'lost'), told('staging', 'kept')]).toEqual([copies, [backups]]);
  });

  it("S14: savings by night and by the platform's own month; a night that is not over is left out", () => {
    const saved = { compute: 0.5, database: 0.25, keptBilling: 0.1 };
    const nights = [
      { night: 'a', asleepAt: '2026-11-30T10:00:00Z', awakeAt: '2026-11-30T20:00:00Z', differences: 0, saved },
      {
        night: 'b',
        asleepAt: '2026-12-01T10:00:00Z',
        awakeAt: '2026-12-01T20:30:00Z',
        differences: 1,
        saved: { ...saved, unpriced: ['rds.db.x'] },
      },
      { night: 'c', asleepAt: '2026-12-02T10:00:00Z', awakeAt: null, differences: 0, saved: null },
    ];
    const report = savingsReport(nights, (at) => at.slice(0, 7));
    expect(report.months).toEqual([
      { month: '2026-11', nights: 1, saved: 0.75, keptBilling: 0.1 },
      { month: '2026-12', nights: 1, saved: 0.75, keptBilling: 0.1 },
    ]);
    expect(report).toMatchObject({ saved: 1.5, unpriced: ['rds.db.x'] });
    expect(report.nights.map(({ hours }) => hours)).toEqual([10, 10.5]);
  });

  it('S14: a saving whose price is unknown is said to be unknown, never 0.00', () => {
    const night = { night: 'a', hours: 10, compute: 0.5, database: 0, keptBilling: 0.1, differences: 0, unpriced: ['rds.db.t3.micro', 'cache.redis.cache.t3.micro'] };
    expect(savedFigure(night, 'compute', false)).toBe('0.50');
    expect(savedFigure(night, 'database', false)).toBe('price unknown');
    expect(savedFigure(night, 'keptBilling', false)).toBe('0.10 + unknown');
    expect(savedFigure(night, 'keptBilling', true)).toBe('0.10');
    expect(savedFigure({ ...night, database: 0.2, unpriced: [] }, 'database', true)).toBe('0.20');
    expect(savedFigure({ ...night, unpriced: [] }, 'database', true)).toBe('0.00');
  });

  it('the account must hold old and new tasks side by side while services roll', () => {
    const size = { cpu: 1024, memory: 2048, spot: false, architecture: 'x86_64' as const };
    const services = [{ count: { desired: 2, min: 2, max: 10, scaling: true }, size }] as unknown as Parameters<
      typeof accountNeeds
    >[0]['services'];
    expect(accountNeeds({ services }, { network: { A: { Type: 'AWS::EC2::EIP' } } })).toEqual([
      { service: 'fargate', name: 'Fargate On-Demand vCPU resource count', needed: 20 },
      { service: 'ec2', name: 'EC2-VPC Elastic IPs', needed: 1 },
    ]);
  });

  it('N4: why finds a record by id, service, digest or alarm, and says what is near when there is none', () => {
    const entry = (id: string, service: string | null, action: string, facts: Record<string, string> = {}) => ({
      at: NOW,
      id,
      story: 'redeploy',
      service,
      action,
      reason: 'same-digest',
      facts,
    });
    const history = [
      entry('e1.1/api', 'api', 'skip', { images: 'sha256:0123456789ab' }),
      entry('x-alarm:e2', null, 'ignore', { alarm: 'x-alarm' }),
      entry('e3.1/web', 'web', 'skip'),
    ];
    expect(whyReport('api', history, []).entries.map(({ id }) => id)).toEqual(['e1.1/api']);
    expect(whyReport('e1.1', history, []).entries.map(({ id }) => id)).toEqual(['e1.1/api']);
    expect(whyReport(`sha256:0123456789ab${'0'.repeat(52)}`, history, []).entries.map(({ id }) => id)).toEqual(['e1.1/api']);
    expect(whyReport('x-alarm:e2', history, []).entries.map(({ id }) => id)).toEqual(['x-alarm:e2']);
    expect(whyReport('latest', history, []).entries.map(({ id }) => id)).toEqual(['e3.1/web']);
    expect(whyReport('nothing', history, [])).toMatchObject({ entries: [], recent: ['e1.1/api', 'e3.1/web'] });
  });

  it('completion knows commands, options, platforms and stages in all three shells', () => {
    const words = {
      commands: [
        {
          name: 'status',
          summary: "It's how",
          options: [
            { name: 'platform', help: 'which', takesValue: true },
            { name: 'json', help: 'for machines', takesValue: false },
          ],
        },
      ],
      platforms: ['shop'],
      stages: ['dev', 'prod'],
    };
    expect(completionScript('bash', words)).toContain('status) options="--platform --json --help" ;;');
    expect(completionScript('zsh', words)).toContain("'--platform[which]:platform:(shop)'");
    expect(completionScript('fish', words)).toContain(
      "complete -c dayshift -n '__fish_seen_subcommand_from status' -l platform -d 'which' -x -a 'shop'",
    );
    expect(completionScript('fish', words)).toContain("-a status -d 'It\\'s how'");
  });
});
