// Asks everything `doctor` judges, all at once; what cannot be asked becomes its reason, so that one refusal hides nothing else.
import { ecsNames } from '../shared/domain/manifest.ts';
import { resolve4, resolveCname } from 'node:dns/promises';
import { balancerAddress } from '../shared/aws/balancer-address.ts';
import { certificateState, deniedActions, emailSubscriptions, githubTrust, principalOf, quotas } from '../shared/aws/doctor-accounts.ts';
import { ledger } from '../shared/aws/ledger.ts';
import { mailSender } from '../shared/aws/mail-sender.ts';
import { fleet } from '../shared/aws/fleet.ts';
import { platformNow } from '../shared/aws/night-state.ts';
import { parameters } from '../shared/aws/parameters.ts';
import { isReleased, releasesOf } from '../shared/aws/rise.ts';
import { targets } from '../shared/aws/targets.ts';
import { nameOf } from '../shared/aws/failure.ts';
import { needs, policyFor } from '../shared/domain/command-permissions.ts';
import type { DoctorFacts, Known } from '../shared/domain/doctor.ts';
import { accountNeeds } from '../shared/domain/account-needs.ts';
import { mailIdentity } from '../shared/domain/mail-road.ts';
import { fillables } from '../shared/domain/unfilled-secrets.ts';
import { webRequest } from '../shared/web/request.ts';
import { secretStates } from './commands/secrets.ts';
import type { Place } from './place.ts';
import { runTool } from './run-tool.ts';

const BOOTSTRAP = '/cdk-bootstrap/hnb659fds/version';
const ALREADY_EXISTS_NOT: ReadonlySet<string> = new Set(['ResourceNotFoundException', 'NotFound', 'NotFoundException']);

/** The fact, or why it is missing. */
const known = async <T>(ask: () => Promise<T>): Promise<Known<T>> => {
  const [answer] = await Promise.allSettled([ask()]);
  if (answer.status === 'fulfilled') return { found: answer.value };
  const error: unknown = answer.reason;
  return {
    missing: /AccessDenied|Unauthorized|NotAuthorized/.test(nameOf(error))
      ? `the caller may not ask (${nameOf(error)})`
      : error instanceof Error
        ? error.message.split('\n').slice(0, 2).join(' ')
        : String(error),
  };
};

const notRehearsed = (what: string): Promise<Known<never>> => Promise.resolve({ missing: `a rehearsal has no ${what}` });

const docker = (place: Place): Promise<Known<string>> =>
  known(async () => (await place.outside(runTool('docker', ['buildx', 'version']))).trim().split('\n')[0] ?? '');

const bootstrap = async ({ host, kind }: Place): Promise<Known<number | null>> => {
  if (kind === 'local') return notRehearsed('need of a bootstrap stack');
  return known(async () => {
    const version = await parameters(host).read(BOOTSTRAP);
    return version === null ? null : Number(version);
  });
};

const deployed = (place: Place): Promise<Known<boolean>> =>
  known(async () => {
    try {
      await ledger(place.host).recall('platform', 'platform');
      return true;
    } catch (error) {
      if (ALREADY_EXISTS_NOT.has(nameOf(error))) return false;
      throw error;
    }
  });

const quotaFacts = ({ host, platform }: Place): DoctorFacts['quotas'] | Promise<DoctorFacts['quotas']> =>
  known(async () => {
    const wanted = accountNeeds(platform.manifest, platform.stacks);
    const limits = await quotas(host)(wanted);
    return wanted.flatMap(({ name, needed }) => (limits.has(name) ? [{ name, needed, limit: limits.get(name) ?? 0 }] : []));
  });

/** Mail through Amazon SES needs a verified sender, and production access to reach people who are not verified. */
const sender = ({ host, manifest: { notices } }: Place): Promise<DoctorFacts['sender']> =>
  known(async () =>
    notices.mail === undefined || notices.mail === null ? null : mailSender(host)(mailIdentity(notices.mail), notices.emails),
  );

const slack = ({ manifest, kind }: Place): Promise<DoctorFacts['slack']> => {
  if (manifest.notices.slack === null) return Promise.resolve({ found: null });
  if (kind === 'local') return notRehearsed('network');
  return known(async () => ({
    status: (await webRequest({}, { method: 'GET', url: 'https://slack.com/api/api.test', headers: {} })).status,
  }));
};

const github = ({ host, platform, manifest }: Place): Promise<DoctorFacts['github']> =>
  known(async () => {
    const { github: file } = platform.file;
    if (file === null) return null;
    return { repository: file.repository, branch: file.branch, ...(await githubTrust(host)(`${manifest.id}-github-actions`)) };
  });

const certificate = ({ host, platform, kind }: Place): Promise<DoctorFacts['certificate']> => {
  const { domain } = platform.file;
  if (domain === null) return Promise.resolve({ found: null });
  if (domain.certificate !== null && kind === 'local') return notRehearsed('certificates that were made elsewhere');
  return known(() => certificateState(host)({ arn: domain.certificate, domain: domain.name }));
};

/** Both names must end at the same addresses; an alias has no CNAME of its own. */
const dns = ({ host, manifest, kind }: Place): Promise<DoctorFacts['dns']> => {
  const { site, loadBalancer } = manifest;
  if (site === null || loadBalancer === null) return Promise.resolve({ found: null });
  if (kind === 'local') return notRehearsed('public DNS');
  return known(async () => {
    const name = new URL(site).host;
    const balancer = await balancerAddress(host)(loadBalancer);
    const addresses = async (of: string): Promise<readonly string[]> =>
      (await Promise.allSettled([resolve4(of)])).flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    const [own, behind, [alias]] = await Promise.all([addresses(name), addresses(balancer), Promise.allSettled([resolveCname(name)])]);
    const cname = alias.status === 'fulfilled' ? alias.value : [];
    const matches =
      cname.some((target) => target.toLowerCase() === balancer.toLowerCase()) ||
      (own.length > 0 && own.every((address) => behind.includes(address)));
    return { site: name, balancer, matches, resolved: cname.length > 0 ? cname : own };
  });
};

/** What load balancers say of the public services; a sleeping platform is meant to have no target. */
const answering = ({ host, manifest, platform }: Place): Promise<DoctorFacts['answering']> =>
  known(async () => {
    const open = manifest.services.filter(({ routes }) => routes.length > 0);
    const book = ledger(host);
    const { state } = (await platformNow(book)).value;
    if (open.length === 0 || state !== 'awake') return null;
    const [counts, releases] = await Promise.all([fleet(host).counts(ecsNames(open)), releasesOf(book)]);
    const ask = targets(host);
    return Promise.all(
      open.map(async (described, index) => {
        const { name } = described;
        const groups = counts[index]?.targetGroups.flat() ?? [];
        const found = (await Promise.all(groups.map(ask))).flat().filter(({ state: own }) => own !== 'draining');
        const sick = found.filter(({ state: own }) => own !== 'healthy');
        const checks = (platform.file.services[name]?.routes ?? []).map(({ health: { path, expect } }) => `GET ${path} with ${expect}`);
        return {
          service: name,
          released: isReleased(described, releases),
          healthy: found.length - sick.length,
          targets: found.length,
          reasons: [...new Set(sick.map(({ state: own, reason }) => reason ?? own))],
          asked: [...new Set(checks)].join(' and '),
        };
      }),
    );
  });

/** Variables whose names say that they hold allowed origins, as the platform file writes them. */
const originsOf = ({ platform }: Place): DoctorFacts['origins'] =>
  Object.entries(platform.file.services).flatMap(([service, { containers }]) =>
    Object.values(containers).flatMap(({ environment }) =>
      Object.entries(environment).flatMap(([variable, value]) => (/ORIGIN|CORS/i.test(variable) ? [{ service, variable, value }] : [])),
    ),
  );

const permissions = ({ host, manifest, account, platform, caller }: Place): Promise<DoctorFacts['permissions']> =>
  known(() => {
    const secrets = fillables(platform.file, manifest).map(({ secret }) => secret);
    const commands = Object.keys(needs).filter((name) => name !== 'up' && name !== 'destroy');
    const wanted = policyFor(commands, { manifest, account, secrets }).Statement.flatMap(({ Action, Resource, Condition }) =>
      Resource.map((resource) => ({
        actions: Action,
        resource: resource.replace('-??????', '-AbCdEf').replace(/\*$/, resource === '*' ? '*' : 'x'),
        context: Object.assign({}, ...Object.values(Condition ?? {})) as Record<string, string>,
      })),
    );
    return deniedActions(host)(principalOf(caller), wanted);
  });

/** Every fact about the platform's surroundings. */
export const gatherDoctor = async (place: Place, shellRegion: string | undefined): Promise<DoctorFacts> => {
  const { manifest, host, account, caller } = place;
  const [
    dockerFact,
    bootstrapFact,
    deployedFact,
    quotaFact,
    secrets,
    subscriptions,
    slackFact,
    githubFact,
    certificateFact,
    dnsFact,
    permissionFact,
    answeringFact,
    senderFact,
  ] = await Promise.all([
    docker(place),
    bootstrap(place),
    deployed(place),
    quotaFacts(place),
    known(() => secretStates(place)),
    known(() => emailSubscriptions(host)(host.environment['NOTICE_TOPIC'] ?? '')),
    slack(place),
    github(place),
    certificate(place),
    dns(place),
    permissions(place),
    answering(place),
    sender(place),
  ]);
  return {
    node: process.version,
    docker: dockerFact,
    caller: { found: { account, arn: caller } },
    regions: { shell: shellRegion ?? null, platform: manifest.region },
    file: { platform: manifest.platform, stage: manifest.stage },
    bootstrap: bootstrapFact,
    deployed: deployedFact,
    quotas: quotaFact,
    secrets,
    subscriptions,
    slack: slackFact,
    github: githubFact,
    certificate: certificateFact,
    dns: dnsFact,
    site: { public: manifest.loadBalancer !== null, address: manifest.site },
    answering: answeringFact,
    sender: senderFact,
    origins: originsOf(place),
    permissions: permissionFact,
  };
};
