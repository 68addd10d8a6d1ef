// Which services a trigger concerns: those with a container whose watched image comes from the pushed repository (R2).
import { matches, type TagRule } from './redeploy-tags.ts';

export type TriggerKind = 'push' | 'reconcile' | 'operator' | 'wake' | 'poll' | 'webhook' | 'scan';

/** Why the story was started. A push is a hint only: what is rolled is what the registry says when the story decides (R4). */
export interface Trigger {
  readonly kind: TriggerKind;
  readonly detail: string;
  readonly repository?: string | undefined;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
  readonly by?: string | undefined;
  /** What a person asks for; without it, the newest. */
  readonly intent?: 'newest' | 'previous' | 'release';
}

/** The part of a service's description that selection reads. */
export interface Selectable {
  readonly name: string;
  readonly containers: readonly { readonly name: string; readonly image: { readonly repository: string; readonly tag: TagRule } | null }[];
  /** Services of one atomic group are always decided on together (R13). */
  readonly rollout?: { readonly group: string | null };
}

/** The services to decide on, in the order they are described. */
export const concerned = <S extends Selectable>(
  services: readonly S[],
  trigger: Trigger,
  named: readonly string[] | undefined,
): readonly S[] => {
  const rolled = services.filter((service) => service.containers.some(({ image }) => image !== null));
  const wanted = named === undefined ? rolled : rolled.filter(({ name }) => named.includes(name));
  const { repository, tag } = trigger;
  const pushed = wanted.filter((service) =>
    service.containers.some(
      ({ image }) => image !== null && (repository === undefined || (image.repository === repository && mayCount(image.tag, tag))),
    ),
  );
  const groups = new Set(pushed.map(groupOf));
  return rolled.filter((service) => pushed.includes(service) || (groupOf(service) !== null && groups.has(groupOf(service))));
};

const groupOf = ({ rollout }: Selectable): string | null => rollout?.group ?? null;

/** A pushed tag that the rule can never choose concerns nobody. */
const mayCount = (rule: TagRule, tag: string | undefined): boolean => {
  if (tag === undefined || rule.kind === 'semver') return true;
  return rule.kind === 'fixed' ? rule.value === tag : matches(tag, rule.value);
};
