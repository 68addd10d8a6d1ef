// Brings a synthesized platform to life in a world: its stacks in order, as `cdk deploy` would, and what an operator does once by hand.
import { createHash } from 'node:crypto';
import type { Manifest, WatchedImage } from '../../shared/domain/manifest.ts';
import { mailIdentity } from '../../shared/domain/mail-road.ts';
import { userId } from '../outside/slack-people.ts';
import { loadAssembly } from '../services/cloudformation/assembly.ts';
import type { World } from '../world.ts';
import { behaviourOf, imageBehaviour } from './behaviours.ts';
import { giveOrder } from './orders.ts';

export type Assembly = ReturnType<typeof loadAssembly>;

/** Images the platform file fixes belong to somebody else: they are there, and healthy, before anything is deployed. */
export const publishFixedImages = (world: World, assembly: Assembly): void => {
  const definitions = assembly.stacks.flatMap(({ template }) => Object.values(template.Resources ?? {})).filter(({ Type }) => Type === 'AWS::ECS::TaskDefinition');
  const images = definitions.flatMap(({ Properties }) => ((Properties?.['ContainerDefinitions'] ?? []) as readonly { readonly Image: unknown }[]).map(({ Image }) => Image));
  for (const image of new Set(images)) {
    if (typeof image !== 'string' || image.includes('{{resolve:') || image.includes('.dkr.ecr.')) continue;
    const colon = image.lastIndexOf(':');
    const tagged = colon > image.lastIndexOf('/');
    world.services.outside.push({ image: tagged ? image.slice(0, colon) : image, tags: [tagged ? image.slice(colon + 1) : 'latest'], behaviour: behaviourOf('good') });
  }
};

/** Deploys the named stacks (all when absent) in dependency order; throws with the stack's own reason when one fails. */
export const deployStacks = async (world: World, assembly: Assembly, only?: readonly string[]): Promise<void> => {
  if (only === undefined) publishFixedImages(world, assembly);
  for (const stack of assembly.stacks) {
    if (only !== undefined && !only.includes(stack.name)) continue;
    const result = await world.services.cloudformation.deploy({ stackName: stack.name, template: stack.template });
    if (/ROLLBACK|FAILED/.test(result.status)) throw new Error(`stack ${stack.name} ended ${result.status}: ${result.reason ?? 'no reason given'}`);
  }
};

/** The templates after somebody gave every task a variable: new task definitions, and services that are told to take them. */
export const changedBy = (assembly: Assembly, name: string): Assembly => ({
  ...assembly,
  stacks: assembly.stacks.map((stack) => ({ ...stack, template: changedTemplate(stack.template, name) })),
});

type Template = Assembly['stacks'][number]['template'];

const changedTemplate = (template: Template, name: string): Template => ({
  ...template,
  Resources: Object.fromEntries(Object.entries(template.Resources ?? {}).map(([id, resource]) => [id, { ...resource, Properties: changedProperties(resource.Type, resource.Properties, name) }])),
});

const changedProperties = (type: string, properties: Readonly<Record<string, any>> | undefined, name: string): Record<string, any> => {
  if (type === 'AWS::ECS::TaskDefinition') {
    const containers = (properties?.['ContainerDefinitions'] ?? []) as readonly { readonly Environment?: readonly object[] }[];
    const added = { Name: name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_'), Value: name };
    return { ...properties, ContainerDefinitions: containers.map((container) => ({ ...container, Environment: [...(container.Environment ?? []), added] })) };
  }
  const nonce = properties?.['ForceNewDeployment'];
  return type === 'AWS::ECS::Service' && nonce !== undefined ? { ...properties, ForceNewDeployment: { ...nonce, ForceNewDeploymentNonce: name } } : { ...properties };
};

/** What the guide asks of an operator after the first deploy: fill in the Slack webhook, confirm the e-mail subscription or verify the sender in SES, point the domain at the load balancer. */
export const settleIn = async (world: World, manifest: Manifest): Promise<void> => {
  const { slack, emails, mail, allow = {} } = manifest.notices;
  if (slack !== null) {
    // User groups that may press have a member here: mara, as whom day files and the console press.
    for (const group of new Set(Object.values(allow).flat())) if (group.startsWith('S')) world.services.outside.slack.group(group, [userId('mara')]);
    // Where somebody may press buttons the team has made an app, else a webhook is enough.
    const workspace = world.services.outside.slack;
    const filled = (): object => {
      if (Object.keys(allow).length === 0) return { webhook: workspace.webhook(manifest.id) };
      const { token, channel, signingSecret } = workspace.app(manifest.id);
      return { token, channel, signingSecret };
    };
    const SecretString = JSON.stringify(filled());
    await world.call({ service: 'secretsmanager', operation: 'PutSecretValue', input: { SecretId: slack.secret, SecretString }, caller: { kind: 'operator' } });
  }
  if (mail !== undefined && mail !== null) {
    world.services.ses.verify(mailIdentity(mail));
    world.services.ses.production(true);
  }
  for (const email of emails) world.services.sns.confirm(email);
  if (manifest.site === null || manifest.loadBalancer === null) return;
  const loadBalancer = manifest.loadBalancer;
  world.services.outside.host(new URL(manifest.site).host, async ({ method, url, headers, body }) => {
    return world.services.elb.request({ loadBalancer, host: url.host, path: url.pathname, method, headers, query: url.search.slice(1), body, port: 443, tls: true });
  });
};

/** Pushes every service's first image and lets the platform come to life until an instant (ms). */
export const bringToLife = async (world: World, manifest: Manifest, until: number): Promise<void> => {
  const images = manifest.services.flatMap(({ containers }) => containers).flatMap(({ image }) => image ?? []);
  const seen = new Set<string>();
  for (const { registry, repository, tag } of images) {
    if (seen.has(repository)) continue;
    seen.add(repository);
    const behaviour = imageBehaviour('good', 'passes', manifest, repository);
    const push = { tags: [firstTag(tag)], behaviour, digest: digestNamed(`${repository} first`) };
    if (registry === 'oci') world.services.outside.push({ image: repository, ...push });
    else world.services.ecr.push({ repository, ...push });
  }
  const gated = manifest.services.filter(({ rollout }) => rollout.gates.approval !== null);
  if (gated.length > 0) await world.clock.run(Math.min(world.clock.now + UNTIL_APPROVED, until));
  for (const { name } of gated) await world.clock.finish(giveOrder({ verb: 'approve', service: name, by: 'operator' }, { world, manifest }));
  await world.clock.run(until);
};

/** Somebody reads of the first images that wait, and approves them, ms. */
const UNTIL_APPROVED = 600_000;

/** A tag that the rule watches. */
export const firstTag = (rule: WatchedImage['tag']): string => (rule.kind === 'fixed' ? rule.value : rule.kind === 'semver' ? '1.0.0' : rule.value.replaceAll('*', '1'));

/** The digest a name stands for: the same name is the same image. */
export const digestNamed = (name: string): string => (name.startsWith('sha256:') ? name : `sha256:${createHash('sha256').update(name).digest('hex')}`);
