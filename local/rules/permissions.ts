// Least privilege, seen from the calls: nobody asks for what its role does not allow.
import type { Check } from './check.ts';

export const permissionRules: readonly Check[] = [
  {
    id: 'X2',
    words: 'every call is granted',
    violations: ({ world }) => world.trail.of('fault').filter(({ what }) => what.endsWith(' denied')).map(({ who, what, detail }) => `${who}: ${what} on ${String(detail?.['resource'])}`),
  },
];
