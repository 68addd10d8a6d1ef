// Real mail through Amazon SES end to end: what arrives, and what people hear when it does not (N1, N2).
import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../../local/in-process.ts';
import { mailSender } from '../../shared/aws/mail-sender.ts';
import { policyFor } from '../../shared/domain/command-permissions.ts';
import { watchedPlatform, type Watched, type WatchedOptions } from './watched-platform.ts';

const PREFIX = 'managed-chatkit-dev';
const TO = 'ops@chatkit.example';
const open: Watched[] = [];
const watched = async (options: WatchedOptions = {}): Promise<Watched> => {
  const platform = await watchedPlatform({ platform: 'managed-chatkit', notices: { mail: { from: 'alerts@dayshift.example' } }, ...options });
  open.push(platform);
  return platform;
};
afterEach(async () => {
  for (const { world } of open.splice(0)) await world.close();
});

/** What the platform wrote; AWS itself asks once whether the address wants its mails. */
const mails = ({ world }: Watched) => world.services.outside.mail.box(TO).filter(({ subject }) => !subject.includes('Subscription Confirmation'));
const fire = ({ world }: Watched, alarm: string): void => world.services.cloudwatch.setAlarm(`${PREFIX}-${alarm}`, 'ALARM', 'Threshold Crossed');
const recover = ({ world }: Watched, alarm: string): void => world.services.cloudwatch.setAlarm(`${PREFIX}-${alarm}`, 'OK', 'Threshold not crossed');

describe('mail through SES', () => {
  it('N1: comes as text and HTML with the graph in it, its end in the same thread, and nothing comes through SNS', async () => {
    const platform = await watched();
    fire(platform, 'web-cpu-high');
    await platform.minutes(2);
    recover(platform, 'web-cpu-high');
    await platform.minutes(2);
    const sent = mails(platform);
    expect(sent.map(({ from, subject }) => [from, subject])).toEqual([
      ['Managed ChatKit dev <alerts@dayshift.example>', 'PROBLEM managed-chatkit dev: CPU of web'],
      ['Managed ChatKit dev <alerts@dayshift.example>', 'OK managed-chatkit dev: Recovered after 2 min: CPU of web'],
    ]);
    const [first, second] = sent;
    expect(first?.body).toMatch(/^CPU of web\n=+\n/);
    expect(first?.html).toContain('<img src="cid:graph" alt="CPU of web"');
    expect(first?.pictures?.map(({ name, contentId, bytes }) => [name, contentId, bytes[1]])).toEqual([['graph.png', 'graph', 0x50]]);
    const thread = first?.headers?.find(({ name }) => name === 'References')?.value;
    expect(thread).toMatch(/^<inc-20261123T091005-web-cpu-high@managed-chatkit\.dev\.dayshift>$/);
    expect(second?.headers?.find(({ name }) => name === 'References')?.value).toBe(thread);
    expect(second?.pictures).toEqual([]);
  });

  it('L2: a graph that cannot be drawn keeps no mail back', async () => {
    const error = { code: 'InternalServiceFault', message: 'no', status: 500 };
    const rules = [{ kind: 'error', when: 'before-effect', service: 'monitoring', operation: 'GetMetricWidgetImage', times: Infinity, error }] as const;
    const platform = await watched({ faults: { rules } });
    fire(platform, 'web-cpu-high');
    await platform.minutes(2);
    const [mail] = mails(platform);
    expect([mail?.subject, mail?.html?.includes('<img'), mail?.pictures]).toEqual(['PROBLEM managed-chatkit dev: CPU of web', false, []]);
  });

  it('N2: a sandbox that refuses is told in Slack at once, and what waited arrives in order once AWS grants production', async () => {
    const platform = await watched();
    platform.world.services.ses.production(false);
    fire(platform, 'web-cpu-high');
    await platform.minutes(2);
    recover(platform, 'web-cpu-high');
    await platform.minutes(5);
    expect(platform.slack().filter((text) => text.startsWith('Amazon SES does not take our messages'))).toEqual([
      `Amazon SES does not take our messages · Amazon SES answered: MessageRejected: Email address is not verified. The following identities failed the check in region ${platform.world.region.toUpperCase()}: ${TO}. Nothing is lost: messages wait up to 14 days and are delivered in order once it works again.`,
    ]);
    expect(mails(platform)).toEqual([]);
    platform.world.services.ses.production(true);
    await platform.minutes(30);
    expect(mails(platform).map(({ subject }) => subject)).toEqual([
      'PROBLEM managed-chatkit dev: CPU of web',
      'OK managed-chatkit dev: Recovered after 2 min: CPU of web',
    ]);
  });

  it('N2: mails faster than SES allows wait their turn, and none is lost or doubled', async () => {
    const platform = await watched();
    platform.world.services.ses.verify(TO);
    platform.world.services.ses.production(false);
    for (const alarm of ['web-cpu-high', 'loadbalancer-errors', 'web-memory-high']) {
      fire(platform, alarm);
      await platform.minutes(4);
      recover(platform, alarm);
    }
    await platform.minutes(10);
    const subjects = mails(platform).map(({ subject }) => subject);
    expect([subjects.length, new Set(subjects).size]).toEqual([6, 6]);
  });

  it('N2: an address that bounces is told in Slack once, with what to do', async () => {
    const platform = await watched();
    platform.world.services.ses.answers(TO, 'unknown');
    fire(platform, 'web-cpu-high');
    await platform.minutes(1);
    recover(platform, 'web-cpu-high');
    await platform.minutes(5);
    const told = platform.world.services.outside.slack.messages.filter(({ text }) => text.startsWith(`Mail to ${TO} does not arrive`));
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told[0]?.blocks)).toContain('550 5.1.1 user unknown');
    expect(JSON.stringify(told[0]?.blocks)).toContain(`aws sesv2 delete-suppressed-destination --email-address ${TO}`);
    expect(mails(platform)).toEqual([]);
  });

  it('N2: a mail server that is down for hours gets its mail later, and nobody is troubled', async () => {
    const platform = await watched();
    platform.world.services.outside.mail.outage(platform.world.clock.now + 3 * 3_600_000);
    fire(platform, 'web-cpu-high');
    await platform.minutes(6 * 60);
    expect(mails(platform).map(({ subject }) => subject)).toEqual(['PROBLEM managed-chatkit dev: CPU of web']);
    expect(platform.slack().filter((text) => text.includes('does not arrive'))).toEqual([]);
  });

  it('N2 X2: doctor learns from Amazon SES who is verified and whom the sandbox refuses, with no more than its documented permissions', async () => {
    const platform = await watched();
    const { world, manifest } = platform;
    const policy = policyFor(['doctor'], { manifest, account: world.account, secrets: [] });
    const Least = { Version: '2012-10-17', Statement: policy.Statement.map((statement) => ({ ...statement })) };
    const caller = { kind: 'role', roleArn: world.services.iam.createRole({ name: 'doctor', policies: { Least } }), session: 'mara' } as const;
    const ask = mailSender({ connect: (sdk: unknown) => void connect(sdk, world, caller) });
    const about = (identity: string) => world.clock.finish(ask(identity, manifest.notices.emails));
    expect(await about('dayshift.example')).toEqual({ identity: 'dayshift.example', verified: true, production: true, sending: true, refused: [] });
    world.services.ses.production(false);
    expect(await about('dayshift.example')).toMatchObject({ production: false, refused: [TO] });
    world.services.ses.verify('chatkit.example');
    expect(await about('dayshift.example')).toMatchObject({ refused: [] });
    world.services.ses.verify('dayshift.example', false);
    expect(await about('dayshift.example')).toMatchObject({ verified: false });
  });
});
