// A service in the middle of a rollout, as the tests of the redeploy story begin with it.
import type { Progress, Step } from '../../shared/domain/rollout-progress.ts';

export const at = '2026-11-02T09:20:00.000Z';
export const ref = (letter: string): string => `repo@sha256:${letter.repeat(64)}`;
export const own = (step: Step, more: Partial<Progress> = {}): Progress => ({
  step,
  since: at,
  deadline: null,
  images: { api: ref('b') },
  accept: {},
  good: { api: ref('a') },
  tags: [],
  taskDefinition: null,
  bad: [],
  first: false,
  group: null,
  order: 0,
  reason: 'new-image',
  facts: {},
  startedAt: at,
  snapshot: false,
  migrate: false,
  migration: null,
  ...more,
});
