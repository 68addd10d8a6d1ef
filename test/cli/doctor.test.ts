import { afterEach, describe, expect, it } from 'vitest';
import type { Place } from '../../cli/place.ts';
import { connect } from '../../local/in-process.ts';
import type { Finding } from '../../shared/domain/doctor.ts';
import { policyFor } from '../../shared/domain/command-permissions.ts';
import { readCase } from '../play-case.ts';
import { placeOf, run } from './stage.ts';

const places: Place[] = [];
const open = async (...given: Parameters<typeof placeOf>): Promise<Place> => {
  const place = await placeOf(...given);
  places.push(place);
  return place;
};
afterEach(async () => {
  for (const place of places.splice(0)) await place.close();
});

const findings = async (place: Place): Promise<ReadonlyMap<string, Finding>> => {
  const { out } = await run(place, 'doctor --json');
  return new Map((JSON.parse(out) as readonly Finding[]).map((finding) => [finding.check, finding]));
};

describe('doctor asks the account itself', () => {
  it('a first deploy leaves unfilled secrets and an unconfirmed mail, each with its remedy; exit code 1', async () => {
    const place = await open('managed-chatkit', 'dev', { deployed: false });
    expect((await findings(place)).get('Deployed')).toMatchObject({ verdict: 'trouble', remedy: 'npx dayshift up' });
    await run(place, 'up');
    const { code, out } = await run(place, 'doctor');
    expect(code).toBe(1);
    expect(out).toContain('not confirmed: ops@chatkit.example');
    const found = await findings(place);
    expect(found.get('Secrets')).toMatchObject({
      verdict: 'trouble',
      remedy: 'npx dayshift secrets set managed-chatkit-dev/openai < file',
    });
    expect(found.get('Deployed')).toMatchObject({ verdict: 'fine' });
  });

  it('N2: up tells once what Amazon SES still needs, and nothing of it when it needs nothing', async () => {
    const { change = {} } = readCase('alarm/mail-troubles.json');
    const place = await open('wizelit', 'dev', { deployed: false, change });
    const left = (await run(place, 'up')).out.replaceAll(/\s+/g, ' ');
    expect(left.match(/sesv2 create-email-identity --email-identity wizelit\.example, then create the three CNAME records/g)).toHaveLength(1);
    expect(left.match(/Ask for production access/g)).toHaveLength(1);
    place.rehearsed?.world.services.ses.verify('wizelit.example');
    place.rehearsed?.world.services.ses.production(true);
    expect((await run(place, 'up')).out).not.toContain('SES');
  });

  it('A9: a secret filled from standard input is filled, and its value is written nowhere', async () => {
    const place = await open('managed-chatkit');
    const wrote = await run(place, 'secrets set managed-chatkit-dev/openai', { stdin: 'sk-very-secret\n' });
    expect(wrote).toMatchObject({ code: 0 });
    expect(wrote.shown).not.toContain('sk-very-secret');
    expect(JSON.stringify(place.rehearsed?.world.trail.entries)).not.toContain('sk-very-secret');
    expect((await findings(place)).get('Secrets')).toMatchObject({ verdict: 'fine' });
    expect(place.rehearsed?.world.services.secrets.value('managed-chatkit-dev/openai')).toBe('sk-very-secret');
    expect(await run(place, 'secrets set managed-chatkit-dev/openai sk-argument')).toMatchObject({ code: 2 });
    expect((await run(place, 'secrets set managed-chatkit-dev/openai', { stdin: '' })).code).toBe(2);
  });

  it('a certificate that waits for its DNS record is told with the record', async () => {
    const place = await open('atomic-calendar');
    expect((await findings(place)).get('Certificate')).toMatchObject({ verdict: 'fine', says: 'issued' });
    const domain = place.platform.file.domain?.name ?? '';
    place.rehearsed?.world.services.acm.validate(domain, 'PENDING_VALIDATION');
    expect((await findings(place)).get('Certificate')).toMatchObject({
      verdict: 'trouble',
      says: 'pending validation',
      remedy: expect.stringContaining(`_dayshift.${domain}. CNAME _validation.acm-validations.aws.`) as unknown as string,
    });
  });

  it('a quota smaller than the platform at its largest is told before it is met', async () => {
    const place = await open('farsight');
    place.rehearsed?.world.services.serviceQuotas.set('Fargate On-Demand vCPU resource count', 4);
    const before = (await findings(place)).get('Quotas');
    place.rehearsed?.world.services.serviceQuotas.set('Fargate On-Demand vCPU resource count', 400);
    expect(before).toMatchObject({ verdict: 'trouble', says: expect.stringContaining('4 allowed') as unknown as string });
    expect((await findings(place)).get('Quotas')).toMatchObject({ verdict: 'fine' });
  });

  it('K8: a caller who may only look is told which permissions are missing, by policy simulation', async () => {
    const place = await open();
    const world = place.rehearsed?.world;
    if (world === undefined) throw new Error('a local place has a world');
    const scope = { manifest: place.manifest, account: place.account, secrets: [] };
    const look = policyFor(['status', 'history', 'why'], scope);
    const ask = { Effect: 'Allow', Action: ['iam:SimulatePrincipalPolicy'], Resource: ['*'] };
    const policy = { Version: '2012-10-17', Statement: [...look.Statement, ask].map((statement) => ({ ...statement })) };
    const roleArn = world.services.iam.createRole({ name: 'looker', policies: { Look: policy } });
    const caller = { kind: 'role', roleArn, session: 'mara' } as const;
    const looking: Place = {
      ...place,
      caller: `arn:aws:sts::${place.account}:assumed-role/looker/mara`,
      host: { ...place.host, connect: (client) => void connect(client, world, caller) },
    };
    const found = await findings(looking);
    expect(found.get('Permissions')).toMatchObject({
      verdict: 'trouble',
      remedy: expect.stringContaining('npx dayshift permissions') as unknown as string,
    });
    expect(found.get('Permissions')?.says).toContain(
      'dynamodb:PutItem on arn:aws:dynamodb:ap-southeast-2:111122223333:table/wizelit-dev-ledger',
    );
    // What may not even be asked is skipped, and hides nothing else.
    expect(found.get('Quotas')).toMatchObject({ verdict: 'skipped', says: 'the caller may not ask (AccessDeniedException)' });
    expect(found.get('Deployed')).toMatchObject({ verdict: 'fine' });
  });

  it('the role that workflows take on is compared with the repository of the platform file', async () => {
    const place = await open();
    expect((await findings(place)).get('GitHub')).toMatchObject({ verdict: 'fine', says: 'workflows of wizelit/wizelit on main may push' });
  });
});
