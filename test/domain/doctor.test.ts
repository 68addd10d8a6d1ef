import { describe, expect, it } from 'vitest';
import { examine, type DoctorFacts } from '../../shared/domain/doctor.ts';

const healthy: DoctorFacts = {
  node: 'v24.21.0',
  docker: { found: 'github.com/docker/buildx v0.24.0' },
  caller: { found: { account: '111122223333', arn: 'arn:aws:iam::111122223333:user/mara' } },
  regions: { shell: null, platform: 'eu-central-1' },
  file: { platform: 'shop', stage: 'prod' },
  bootstrap: { found: 21 },
  deployed: { found: true },
  quotas: { found: [{ name: 'Fargate On-Demand vCPU resource count', limit: 6, needed: 1 }] },
  secrets: { found: [] },
  subscriptions: { found: [{ endpoint: 'ops@example.com', confirmed: true }] },
  sender: { found: { identity: 'example.com', verified: true, production: true, sending: true, refused: [] } },
  slack: { found: { status: 200 } },
  github: { found: { repository: 'shop/shop', branch: 'main', provider: true, subjects: ['repo:shop/shop:ref:refs/heads/main'] } },
  certificate: { found: { status: 'ISSUED', records: [] } },
  dns: { found: { site: 'app.example.com', balancer: 'x.elb.amazonaws.com', matches: true, resolved: [] } },
  site: { public: true, address: 'https://app.example.com' },
  answering: { found: [{ service: 'api', released: true, healthy: 2, targets: 2, reasons: [], asked: 'GET /health with 200' }] },
  origins: [{ service: 'api', variable: 'ALLOWED_ORIGINS', value: '{site}' }],
  permissions: { found: [] },
};

const verdictOf = (facts: Partial<DoctorFacts>, check: string): { readonly verdict: string | undefined; readonly text: string } => {
  const finding = examine({ ...healthy, ...facts }).find((one) => one.check === check);
  return { verdict: finding?.verdict, text: `${finding?.says ?? ''} -> ${finding?.remedy ?? ''}` };
};

describe('doctor: every check with its remedy', () => {
  it('a well platform has nothing to mend', () => {
    expect(examine(healthy).map(({ verdict }) => verdict)).toEqual(Array.from({ length: 18 }, () => 'fine'));
  });

  it.each<[string, Partial<DoctorFacts>, string, string]>([
    ['Node', { node: 'v20.1.0' }, 'trouble', 'Install Node 24'],
    ['Docker', { docker: { missing: 'docker is not installed or not in the PATH.' } }, 'warning', 'npx dayshift github'],
    ['Region', { regions: { shell: 'us-east-1', platform: 'eu-central-1' } }, 'warning', 'export AWS_REGION=eu-central-1'],
    ['CDK bootstrap', { bootstrap: { found: null } }, 'trouble', 'npx cdk bootstrap aws://111122223333/eu-central-1 -c platform=shop -c stage=prod'],
    ['CDK bootstrap', { bootstrap: { found: 5 } }, 'trouble', 'version 5 is older than 6'],
    ['Deployed', { deployed: { found: false } }, 'trouble', 'npx dayshift up'],
    [
      'Quotas',
      { quotas: { found: [{ name: 'EC2-VPC Elastic IPs', limit: 5, needed: 6 }] } },
      'trouble',
      'EC2-VPC Elastic IPs: 6 needed at most, 5 allowed',
    ],
    [
      'Secrets',
      { secrets: { found: [{ secret: 'shop/app', key: 'API_KEY', hint: '', optional: false, state: 'unfilled' }] } },
      'trouble',
      'npx dayshift secrets set shop/app.API_KEY < file',
    ],
    [
      'E-mail',
      { subscriptions: { found: [{ endpoint: 'ops@example.com', confirmed: false }] } },
      'trouble',
      'not confirmed: ops@example.com',
    ],
    [
      'Mail sender',
      { sender: { found: { identity: 'example.com', verified: false, production: true, sending: true, refused: [] } } },
      'trouble',
      'aws sesv2 create-email-identity --email-identity example.com, then create the three CNAME records',
    ],
    [
      'Mail sender',
      { sender: { found: { identity: 'example.com', verified: true, production: false, sending: true, refused: ['ops@example.net'] } } },
      'trouble',
      'the account is in the sandbox of Amazon SES, which refuses ops@example.net -> Ask for production access',
    ],
    [
      'Mail sender',
      { sender: { found: { identity: 'example.com', verified: true, production: true, sending: false, refused: [] } } },
      'trouble',
      'AWS has paused sending mail',
    ],
    ['Slack', { slack: { found: { status: 503 } } }, 'trouble', 'status.slack.com'],
    [
      'GitHub',
      { github: { found: { repository: 'shop/shop', branch: 'main', provider: false, subjects: [] } } },
      'trouble',
      "github.provider to 'create'",
    ],
    [
      'GitHub',
      { github: { found: { repository: 'shop/new', branch: 'main', provider: true, subjects: ['repo:shop/shop:ref:refs/heads/main'] } } },
      'trouble',
      'not repo:shop/new:ref:refs/heads/main',
    ],
    [
      'Certificate',
      { certificate: { found: { status: 'PENDING_VALIDATION', records: ['_a.example.com CNAME _b.acm-validations.aws.'] } } },
      'trouble',
      'Create these DNS records: _a.example.com CNAME _b',
    ],
    [
      'DNS',
      { dns: { found: { site: 'app.example.com', balancer: 'x.elb.amazonaws.com', matches: false, resolved: ['192.0.2.7'] } } },
      'trouble',
      'Create a CNAME (or a Route 53 alias) from app.example.com to x.elb.amazonaws.com',
    ],
    [
      'Permissions',
      { permissions: { found: [{ action: 'ecs:UpdateService', resource: 'arn:aws:ecs:…' }] } },
      'trouble',
      'missing: ecs:UpdateService on arn:aws:ecs',
    ],
  ])('%s: %j', (check, facts, verdict, text) => {
    expect(verdictOf(facts, check)).toEqual({ verdict, text: expect.stringContaining(text) as unknown as string });
  });

  it('K8: a site over plain HTTP is told with what browsers withhold', () => {
    const { verdict, text } = verdictOf({ site: { public: true, address: null } }, 'Secure context');
    expect(verdict).toBe('warning');
    expect(text).toContain('the site is plain HTTP, which browsers do not trust: they withhold crypto.randomUUID and crypto.subtle');
    expect(text).toContain('It brings a certificate, HTTPS, and a redirect from HTTP.');
  });

  it('K8: 502 and 503 are told with what the load balancer sees and which answer it waits for', () => {
    const sick = {
      service: 'web',
      released: true,
      healthy: 0,
      targets: 2,
      reasons: ['Health checks failed with these codes: [500]'],
      asked: 'GET /health with 200',
    };
    const { verdict, text } = verdictOf({ answering: { found: [sick] } }, 'Site answers');
    expect(verdict).toBe('trouble');
    expect(text).toContain('web: none of 2 targets is healthy (Health checks failed with these codes: [500]): visitors get 502 or 503');
    expect(text).toContain('npx dayshift why web');
    expect(text).toContain('web must answer GET /health with 200, on the port of the container.');
    expect(verdictOf({ answering: { found: [{ ...sick, targets: 0, reasons: [] }] } }, 'Site answers').text).toContain(
      'web has no running task',
    );
    expect(verdictOf({ answering: { found: [{ ...sick, targets: 0, released: false }] } }, 'Site answers')).toEqual({
      verdict: 'fine',
      text: 'web waits for its first image -> ',
    });
    expect(verdictOf({ answering: { found: null } }, 'Site answers').verdict).toBe('fine');
  });

  it("K8: an allowed origin that is not the site's own is told with the one browsers send", () => {
    expect(
      verdictOf({ origins: [{ service: 'api', variable: 'ALLOWED_ORIGINS', value: 'http://localhost:3000' }] }, 'CORS origin').text,
    ).toContain('api: ALLOWED_ORIGINS is http://localhost:3000; browsers send https://app.example.com');
    expect(
      verdictOf(
        { origins: [{ service: 'api', variable: 'ALLOWED_ORIGINS', value: 'https://app.example.com,http://localhost:3000' }] },
        'CORS origin',
      ).verdict,
    ).toBe('fine');
  });

  it('what cannot be asked is skipped with its reason', () => {
    expect(verdictOf({ quotas: { missing: 'the caller may not ask (AccessDeniedException)' } }, 'Quotas')).toEqual({
      verdict: 'skipped',
      text: 'the caller may not ask (AccessDeniedException) -> ',
    });
  });
});
