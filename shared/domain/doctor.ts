// What can be wrong around a platform before anything of it is: every check with what it found and what to do about it.
import { fine, judged, trouble, warning, type Finding, type Known } from './doctor-finding.ts';
import { answerCheck, originCheck, secureContextCheck, type SiteFacts } from './doctor-site.ts';
import { senderTrouble, type SenderState } from './mail-sender.ts';
import type { SecretState } from './unfilled-secrets.ts';

export type { Finding, Known } from './doctor-finding.ts';

export interface DoctorFacts extends SiteFacts {
  readonly node: string;
  /** Version line of docker buildx. */
  readonly docker: Known<string>;
  readonly caller: Known<{ readonly account: string; readonly arn: string }>;
  /** Region of the shell, null when it says none; the platform's own. */
  readonly regions: { readonly shell: string | null; readonly platform: string };
  /** Name of the platform file, and the stage. */
  readonly file: { readonly platform: string; readonly stage: string };
  /** Version of the CDK's bootstrap stack, null when it is not there. */
  readonly bootstrap: Known<number | null>;
  readonly deployed: Known<boolean>;
  readonly quotas: Known<readonly { readonly name: string; readonly limit: number; readonly needed: number }[]>;
  readonly secrets: Known<readonly SecretState[]>;
  readonly subscriptions: Known<readonly { readonly endpoint: string; readonly confirmed: boolean }[]>;
  /** null: no mail through Amazon SES. */
  readonly sender: Known<SenderState | null>;
  /** null: no Slack road. */
  readonly slack: Known<{ readonly status: number } | null>;
  /** null: no GitHub repository in the file. */
  readonly github: Known<{
    readonly repository: string;
    readonly branch: string;
    readonly provider: boolean;
    readonly subjects: readonly string[];
  } | null>;
  /** null: no certificate. */
  readonly certificate: Known<{ readonly status: string; readonly records: readonly string[] } | null>;
  /** null: no domain. `targets` are the addresses both names have. */
  readonly dns: Known<{
    readonly site: string;
    readonly balancer: string;
    readonly matches: boolean;
    readonly resolved: readonly string[];
  } | null>;
  readonly permissions: Known<readonly { readonly action: string; readonly resource: string }[]>;
}

const LEAST_NODE = 24;
const LEAST_BOOTSTRAP = 6;

/** Every check, in the order in which trouble is best mended. */
export const examine = (facts: DoctorFacts): readonly Finding[] => [
  nodeCheck(facts),
  dockerCheck(facts),
  judged('AWS credentials', facts.caller, ({ account, arn }) => fine('AWS credentials', `${arn} in account ${account}`)),
  regionCheck(facts),
  bootstrapCheck(facts),
  judged('Deployed', facts.deployed, (deployed) =>
    deployed
      ? fine('Deployed', 'the platform stands')
      : trouble('Deployed', 'the platform is not deployed in this account and region', 'npx dayshift up'),
  ),
  quotaCheck(facts),
  secretsCheck(facts),
  subscriptionCheck(facts),
  senderCheck(facts),
  slackCheck(facts),
  githubCheck(facts),
  certificateCheck(facts),
  dnsCheck(facts),
  answerCheck(facts),
  secureContextCheck(facts),
  originCheck(facts),
  permissionCheck(facts),
];

const nodeCheck = ({ node }: DoctorFacts): Finding => {
  const major = Number(/^v?(\d+)/.exec(node)?.[1] ?? 0);
  return major >= LEAST_NODE
    ? fine('Node', node)
    : trouble('Node', `${node} is too old`, `Install Node ${LEAST_NODE} or newer, or run npm ci in the checkout, which brings its own.`);
};

const dockerCheck = ({ docker }: DoctorFacts): Finding =>
  'found' in docker
    ? fine('Docker', docker.found)
    : warning(
        'Docker',
        docker.missing,
        'Only dayshift deploy needs it: install and start Docker, or let GitHub build the images (npx dayshift github).',
      );

const regionCheck = ({ regions: { shell, platform } }: DoctorFacts): Finding =>
  shell === null || shell === platform
    ? fine('Region', platform)
    : warning(
        'Region',
        `this shell says ${shell}, the platform is in ${platform}`,
        `Dayshift uses ${platform}; other tools in this shell do not. export AWS_REGION=${platform}`,
      );

const bootstrapCheck = ({ bootstrap, caller, regions, file }: DoctorFacts): Finding =>
  judged('CDK bootstrap', bootstrap, (version) => {
    const account = 'found' in caller ? caller.found.account : 'ACCOUNT';
    // The CDK builds the app first, and that must know which platform.
    const remedy = `npx cdk bootstrap aws://${account}/${regions.platform} -c platform=${file.platform} -c stage=${file.stage}`;
    if (version === null)
      return trouble('CDK bootstrap', 'this account and region have no CDK bootstrap stack, so nothing can be deployed', remedy);
    return version < LEAST_BOOTSTRAP
      ? trouble('CDK bootstrap', `version ${version} is older than ${LEAST_BOOTSTRAP}`, remedy)
      : fine('CDK bootstrap', `version ${version}`);
  });

const quotaCheck = ({ quotas }: DoctorFacts): Finding =>
  judged('Quotas', quotas, (all) => {
    const short = all.filter(({ limit, needed }) => needed > limit);
    if (short.length === 0) return fine('Quotas', all.map(({ name, limit, needed }) => `${name} ${needed} of ${limit}`).join(', '));
    return trouble(
      'Quotas',
      short.map(({ name, limit, needed }) => `${name}: ${needed} needed at most, ${limit} allowed`).join('; '),
      "Ask for more in the console: Service Quotas, in the platform's region. It takes hours to days.",
    );
  });

const secretsCheck = ({ secrets }: DoctorFacts): Finding =>
  judged('Secrets', secrets, (states) => {
    const open = states
      .filter(({ state }) => state === 'unfilled' || state === 'missing')
      .map(({ secret, key }) => (key === null ? secret : `${secret}.${key}`));
    if (open.length === 0)
      return fine('Secrets', states.length === 0 ? 'none to fill in' : `${states.length} filled or left out on purpose`);
    return trouble('Secrets', `unfilled: ${open.join(', ')}`, `npx dayshift secrets set ${open[0] ?? ''} < file`);
  });

const subscriptionCheck = ({ subscriptions }: DoctorFacts): Finding =>
  judged('E-mail', subscriptions, (all) => {
    const waiting = all.filter(({ confirmed }) => !confirmed).map(({ endpoint }) => endpoint);
    if (waiting.length === 0)
      return fine('E-mail', all.length === 0 ? 'nobody is told by e-mail' : `${all.map(({ endpoint }) => endpoint).join(', ')} confirmed`);
    return trouble(
      'E-mail',
      `not confirmed: ${waiting.join(', ')}`,
      'Follow the link in the mail "AWS Notification - Subscription Confirmation". AWS forgets it after three days; run npx dayshift up then.',
    );
  });

const senderCheck = ({ sender }: DoctorFacts): Finding =>
  judged('Mail sender', sender, (state) => {
    if (state === null) return fine('Mail sender', 'mail goes by Amazon SNS, which needs no sender of its own');
    const found = senderTrouble(state);
    return found === null
      ? fine('Mail sender', `${state.identity} is verified in Amazon SES`)
      : trouble('Mail sender', found.says, found.remedy);
  });

const slackCheck = ({ slack }: DoctorFacts): Finding =>
  judged('Slack', slack, (answer) => {
    if (answer === null) return fine('Slack', 'no Slack road in the platform file');
    return answer.status > 0 && answer.status < 500
      ? fine('Slack', 'slack.com answers')
      : trouble(
          'Slack',
          `slack.com answered ${answer.status}`,
          'See status.slack.com; notices wait in their queue and are delivered in order afterwards.',
        );
  });

const githubCheck = ({ github }: DoctorFacts): Finding =>
  judged('GitHub', github, (found) => {
    if (found === null) return fine('GitHub', 'no repository in the platform file');
    const { repository, branch, provider, subjects } = found;
    const wanted = `repo:${repository}:ref:refs/heads/${branch}`;
    if (!provider)
      return trouble(
        'GitHub',
        'the account has no identity provider for token.actions.githubusercontent.com',
        "Set github.provider to 'create' in the platform file and run npx dayshift up.",
      );
    if (!subjects.includes(wanted))
      return trouble(
        'GitHub',
        `the role trusts ${subjects.join(', ') || 'nobody'}, not ${wanted}`,
        'Name the right repository and branch in the platform file (github) and run npx dayshift up.',
      );
    return fine('GitHub', `workflows of ${repository} on ${branch} may push`);
  });

const certificateCheck = ({ certificate }: DoctorFacts): Finding =>
  judged('Certificate', certificate, (found) => {
    if (found === null) return fine('Certificate', 'none needed without a domain');
    if (found.status === 'ISSUED') return fine('Certificate', 'issued');
    const records =
      found.records.length === 0
        ? 'See the certificate in the console of AWS Certificate Manager.'
        : `Create these DNS records: ${found.records.join('; ')}`;
    return trouble('Certificate', found.status.toLowerCase().replaceAll('_', ' '), records);
  });

const dnsCheck = ({ dns }: DoctorFacts): Finding =>
  judged('DNS', dns, (found) => {
    if (found === null) return fine('DNS', 'no domain in the platform file');
    const { site, balancer, matches, resolved } = found;
    if (matches) return fine('DNS', `${site} points at the load balancer`);
    return trouble(
      'DNS',
      `${site} ${resolved.length === 0 ? 'does not resolve' : `points at ${resolved.join(', ')}`}, not at the load balancer`,
      `Create a CNAME (or a Route 53 alias) from ${site} to ${balancer}.`,
    );
  });

const permissionCheck = ({ permissions }: DoctorFacts): Finding =>
  judged('Permissions', permissions, (denied) => {
    if (denied.length === 0) return fine('Permissions', 'the caller may do what the commands need');
    const words = denied.slice(0, 6).map(({ action, resource }) => `${action} on ${resource}`);
    return trouble(
      'Permissions',
      `missing: ${words.join(', ')}${denied.length > 6 ? ` and ${denied.length - 6} more` : ''}`,
      'Somebody who may writes the policy that npx dayshift permissions prints.',
    );
  });
