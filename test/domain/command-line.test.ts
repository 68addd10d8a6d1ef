import { describe, expect, it } from 'vitest';
import { accountNeeds } from '../../shared/domain/account-needs.ts';
import { completionScript } from '../../shared/domain/completion.ts';
import { examine, type DoctorFacts } from '../../shared/domain/doctor.ts';
import { lostAndKept } from '../../shared/domain/lost-and-kept.ts';
import { distance, nearest } from '../../shared/domain/nearest-names.ts';
import { savingsReport } from '../../shared/domain/savings-report.ts';
import { shortSeconds, sinceInstant, untilInstant } from '../../shared/domain/since-words.ts';
import { fillables, secretState, withValue } from '../../shared/domain/unfilled-secrets.ts';
import { whyReport } from '../../shared/domain/why.ts';

const SYDNEY = 'Australia/Sydney';
const NOW = '2026-11-23T00:30:00.000Z'; // 11:30 in Sydney

describe('instants as people ask for them', () => {
  it.each([['90s', 90], ['30m', 1_800], ['2h', 7_200], ['1d', 86_400], ['2 hours', 7_200], ['soon', null], ['', null]])('%s is %s seconds', (text, seconds) => {
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

const healthy: DoctorFacts = {
  node: 'v24.21.0',
  docker: { found: 'github.com/docker/buildx v0.24.0' },
  caller: { found: { account: '111122223333', arn: 'arn:aws:iam::111122223333:user/mara' } },
  regions: { shell: null, platform: 'eu-central-1' },
  bootstrap: { found: 21 },
  deployed: { found: true },
  quotas: { found: [{ name: 'Fargate On-Demand vCPU resource count', limit: 6, needed: 1 }] },
  secrets: { found: [] },
  subscriptions: { found: [{ endpoint: 'ops@example.com', confirmed: true }] },
  slack: { found: { status: 200 } },
  github: { found: { repository: 'shop/shop', branch: 'main', provider: true, subjects: ['repo:shop/shop:ref:refs/heads/main'] } },
  certificate: { found: { status: 'ISSUED', records: [] } },
  dns: { found: { site: 'app.example.com', balancer: 'x.elb.amazonaws.com', matches: true, resolved: [] } },
  site: { public: true, address: 'https://app.example.com' },
  origins: [{ service: 'api', variable: 'ALLOWED_ORIGINS', value: '{site}' }],
  permissions: { found: [] },
};

const verdictOf = (facts: Partial<DoctorFacts>, check: string): { readonly verdict: string | undefined; readonly text: string } => {
  const finding = examine({ ...healthy, ...facts }).find((one) => one.check === check);
  return { verdict: finding?.verdict, text: `${finding?.says ?? ''} -> ${finding?.remedy ?? ''}` };
};

describe('doctor: every check with its remedy', () => {
  it('a well platform has nothing to mend', () => {
    expect(examine(healthy).map(({ verdict }) => verdict)).toEqual(Array.from({ length: 16 }, () => 'fine'));
  });

  it.each<[string, Partial<DoctorFacts>, string, string]>([
    ['Node', { node: 'v20.1.0' }, 'trouble', 'Install Node 24'],
    ['Docker', { docker: { missing: 'docker is not installed or not in the PATH.' } }, 'warning', 'npx dayshift github'],
    ['Region', { regions: { shell: 'us-east-1', platform: 'eu-central-1' } }, 'warning', 'export AWS_REGION=eu-central-1'],
    ['CDK bootstrap', { bootstrap: { found: null } }, 'trouble', 'npx cdk bootstrap aws://111122223333/eu-central-1'],
    ['CDK bootstrap', { bootstrap: { found: 5 } }, 'trouble', 'version 5 is older than 6'],
    ['Deployed', { deployed: { found: false } }, 'trouble', 'npx dayshift up'],
    ['Quotas', { quotas: { found: [{ name: 'EC2-VPC Elastic IPs', limit: 5, needed: 6 }] } }, 'trouble', 'EC2-VPC Elastic IPs: 6 needed at most, 5 allowed'],
    ['Secrets', { secrets: { found: [{ secret: 'shop/app', key: 'API_KEY', hint: '', optional: false, state: 'unfilled' }] } }, 'trouble', 'npx dayshift secrets set shop/app.API_KEY < file'],
    ['E-mail', { subscriptions: { found: [{ endpoint: 'ops@example.com', confirmed: false }] } }, 'trouble', 'not confirmed: ops@example.com'],
    ['Slack', { slack: { found: { status: 503 } } }, 'trouble', 'status.slack.com'],
    ['GitHub', { github: { found: { repository: 'shop/shop', branch: 'main', provider: false, subjects: [] } } }, 'trouble', "github.provider to 'create'"],
    ['GitHub', { github: { found: { repository: 'shop/new', branch: 'main', provider: true, subjects: ['repo:shop/shop:ref:refs/heads/main'] } } }, 'trouble', 'not repo:shop/new:ref:refs/heads/main'],
    ['Certificate', { certificate: { found: { status: 'PENDING_VALIDATION', records: ['_a.example.com CNAME _b.acm-validations.aws.'] } } }, 'trouble', 'Create these DNS records: _a.example.com CNAME _b'],
    ['DNS', { dns: { found: { site: 'app.example.com', balancer: 'x.elb.amazonaws.com', matches: false, resolved: ['192.0.2.7'] } } }, 'trouble', 'Create a CNAME (or a Route 53 alias) from app.example.com to x.elb.amazonaws.com'],
    ['Permissions', { permissions: { found: [{ action: 'ecs:UpdateService', resource: 'arn:aws:ecs:…' }] } }, 'trouble', 'missing: ecs:UpdateService on arn:aws:ecs'],
  ])('%s: %j', (check, facts, verdict, text) => {
    expect(verdictOf(facts, check)).toEqual({ verdict, text: expect.stringContaining(text) as unknown as string });
  });

  it('K8: a site over plain HTTP is told with what browsers withhold', () => {
    expect(verdictOf({ site: { public: true, address: null } }, 'Secure context')).toEqual({
      verdict: 'warning',
      text: 'the site is plain HTTP: browsers withhold crypto.randomUUID, the clipboard and service workers -> Give the platform file a domain: it brings a certificate, HTTPS, and a redirect from HTTP.',
    });
  });

  it('K8: an allowed origin that is not the site\'s own is told with the one browsers send', () => {
    expect(verdictOf({ origins: [{ service: 'api', variable: 'ALLOWED_ORIGINS', value: 'http://localhost:3000' }] }, 'CORS origin').text).toContain(
      'api: ALLOWED_ORIGINS is http://localhost:3000; browsers send https://app.example.com',
    );
    expect(verdictOf({ origins: [{ service: 'api', variable: 'ALLOWED_ORIGINS', value: 'https://app.example.com,http://localhost:3000' }] }, 'CORS origin').verdict).toBe('fine');
  });

  it('what cannot be asked is skipped with its reason', () => {
    expect(verdictOf({ quotas: { missing: 'the caller may not ask (AccessDeniedException)' } }, 'Quotas')).toEqual({ verdict: 'skipped', text: 'the caller may not ask (AccessDeniedException) -> ' });
  });
});

describe('A9: secrets that a person fills in', () => {
  const file = {
    secrets: {
      openai: { secretName: null, title: null, value: { kind: 'whole' as const, whole: { kind: 'fill' as const, hint: 'API key', optional: false } } },
      app: {
        secretName: 'shop/app-{stage}', title: null,
        value: { kind: 'keys' as const, keys: { JWT: { kind: 'generate' as const, length: 64 }, GOOGLE_ID: { kind: 'fill' as const, hint: 'Client id', optional: true } } },
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
        Role: { Type: 'AWS::IAM::Role' },
      },
    };
    const { lost, snapshots, kept, others } = lostAndKept(stacks);
    expect(lost.map(({ name }) => name)).toEqual(['Bucket']);
    expect(snapshots.map(({ name }) => name)).toEqual(['shop-db']);
    expect(kept.map(({ name }) => name)).toEqual(['sessions']);
    expect(others).toBe(1);
  });

  it('S14: savings by night and by the platform\'s own month; a night that is not over is left out', () => {
    const saved = { compute: 0.5, database: 0.25, keptBilling: 0.1 };
    const nights = [
      { night: 'a', asleepAt: '2026-11-30T10:00:00Z', awakeAt: '2026-11-30T20:00:00Z', differences: 0, saved },
      { night: 'b', asleepAt: '2026-12-01T10:00:00Z', awakeAt: '2026-12-01T20:30:00Z', differences: 1, saved: { ...saved, unpriced: ['rds.db.x'] } },
      { night: 'c', asleepAt: '2026-12-02T10:00:00Z', awakeAt: null, differences: 0, saved: null },
    ];
    const report = savingsReport(nights, (at) => at.slice(0, 7));
    expect(report.months).toEqual([{ month: '2026-11', nights: 1, saved: 0.75, keptBilling: 0.1 }, { month: '2026-12', nights: 1, saved: 0.75, keptBilling: 0.1 }]);
    expect(report).toMatchObject({ saved: 1.5, unpriced: ['rds.db.x'] });
    expect(report.nights.map(({ hours }) => hours)).toEqual([10, 10.5]);
  });

  it('the account must hold old and new tasks side by side while services roll', () => {
    const size = { cpu: 1024, memory: 2048, spot: false, architecture: 'x86_64' as const };
    const services = [{ count: { desired: 2, min: 2, max: 10, scaling: true }, size }] as unknown as Parameters<typeof accountNeeds>[0]['services'];
    expect(accountNeeds({ services }, { network: { A: { Type: 'AWS::EC2::EIP' } } })).toEqual([
      { service: 'fargate', name: 'Fargate On-Demand vCPU resource count', needed: 20 },
      { service: 'ec2', name: 'EC2-VPC Elastic IPs', needed: 1 },
    ]);
  });

  it('N4: why finds a record by id, service, digest or alarm, and says what is near when there is none', () => {
    const entry = (id: string, service: string | null, action: string, facts: Record<string, string> = {}) => ({ at: NOW, id, story: 'redeploy', service, action, reason: 'same-digest', facts });
    const history = [entry('e1.1/api', 'api', 'skip', { images: 'sha256:0123456789ab' }), entry('x-alarm:e2', null, 'ignore', { alarm: 'x-alarm' }), entry('e3.1/web', 'web', 'skip')];
    expect(whyReport('api', history, []).entries.map(({ id }) => id)).toEqual(['e1.1/api']);
    expect(whyReport('e1.1', history, []).entries.map(({ id }) => id)).toEqual(['e1.1/api']);
    expect(whyReport(`sha256:0123456789ab${'0'.repeat(52)}`, history, []).entries.map(({ id }) => id)).toEqual(['e1.1/api']);
    expect(whyReport('x-alarm:e2', history, []).entries.map(({ id }) => id)).toEqual(['x-alarm:e2']);
    expect(whyReport('latest', history, []).entries.map(({ id }) => id)).toEqual(['e3.1/web']);
    expect(whyReport('nothing', history, [])).toMatchObject({ entries: [], recent: ['e1.1/api', 'e3.1/web'] });
  });

  it('completion knows commands, options, platforms and stages in all three shells', () => {
    const words = { commands: [{ name: 'status', summary: "It's how", options: [{ name: 'platform', help: 'which', takesValue: true }, { name: 'json', help: 'for machines', takesValue: false }] }], platforms: ['shop'], stages: ['dev', 'prod'] };
    expect(completionScript('bash', words)).toContain('status) options="--platform --json --help" ;;');
    expect(completionScript('zsh', words)).toContain("'--platform[which]:platform:(shop)'");
    expect(completionScript('fish', words)).toContain("complete -c dayshift -n '__fish_seen_subcommand_from status' -l platform -d 'which' -x -a 'shop'");
    expect(completionScript('fish', words)).toContain("-a status -d 'It\\'s how'");
  });
});
