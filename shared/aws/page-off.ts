// Takes the waking page off a platform that is about to be removed: while a rule leads to it, its target group cannot be deleted (aws-facts E, O13).
import { wakeEnvironment, wakeTargetName } from '../contracts/wake.ts';
import { nameOf } from './failure.ts';
import { wakePage, type ListenersHost } from './listeners.ts';

/** A destroy that stopped halfway has removed one of them: then no rule is left, or none that can be told to be the page's. */
const GONE: ReadonlySet<string> = new Set(['LoadBalancerNotFound', 'LoadBalancerNotFoundException', 'TargetGroupNotFound', 'TargetGroupNotFoundException']);

/** Listeners the page was taken off: none while the platform is awake. */
export const pageOff = async (host: ListenersHost): Promise<number> => {
  const { manifest, environment } = host;
  const page = wakePage({ ...host, environment: { ...environment, [wakeEnvironment.target]: wakeTargetName(manifest.id) } });
  const [hidden] = await Promise.allSettled([page.hide()]);
  if (hidden.status === 'fulfilled') return hidden.value;
  if (GONE.has(nameOf(hidden.reason))) return 0;
  throw hidden.reason;
};
