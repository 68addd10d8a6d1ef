// The condition keys of one request: what the call itself says, and what AWS adds about the caller, the time and the region.
import { callerArn } from '../../caller-name.ts';
import type { Caller, Permission } from '../../simulated.ts';

/** Condition keys with their values; key names ignore case. */
export interface RequestContext {
  get(key: string): readonly string[] | undefined;
}

const asList = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);

export interface ContextFacts {
  readonly caller: Caller;
  readonly permission: Permission;
  readonly account: string;
  readonly region: string;
  readonly now: number;
  readonly principalTags: Readonly<Record<string, string>>;
}

const resourceAccount = (arn: string, account: string): string => arn.split(':')[4] || account;

/** The role itself, not its session: that is what policies name. */
const principalArn = (caller: Caller, account: string): string | undefined => {
  if (caller.kind === 'service') return undefined;
  return caller.kind === 'role' ? caller.roleArn : callerArn(caller, account);
};

/** Keys AWS adds to every request; computed only when a policy asks. */
const globalKey = (key: string, { caller, permission, account, region, now, principalTags }: ContextFacts): string | undefined => {
  if (key.startsWith('aws:principaltag/')) {
    const tag = Object.keys(principalTags).find((name) => name.toLowerCase() === key.slice('aws:principaltag/'.length));
    return tag === undefined ? undefined : principalTags[tag];
  }
  switch (key) {
    case 'aws:currenttime': return new Date(now).toISOString().replace('.000Z', 'Z');
    case 'aws:epochtime': return String(Math.floor(now / 1000));
    case 'aws:requestedregion': return region;
    case 'aws:securetransport': return 'true';
    case 'aws:resourceaccount': return resourceAccount(permission.resource, account);
    case 'aws:principalaccount': return caller.kind === 'service' ? undefined : account;
    case 'aws:principalarn': return principalArn(caller, account);
    case 'aws:principaltype': return caller.kind === 'role' ? 'AssumedRole' : caller.kind === 'operator' ? 'User' : undefined;
    case 'aws:principalisawsservice': return String(caller.kind === 'service');
    case 'aws:principalservicename': return caller.kind === 'service' ? caller.principal : undefined;
    case 'aws:viaawsservice': return 'false';
    default: return undefined;
  }
};

export const requestContext = (facts: ContextFacts): RequestContext => {
  const own = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(facts.permission.context ?? {})) own.set(key.toLowerCase(), asList(value));
  return {
    get: (key) => {
      const lowered = key.toLowerCase();
      const said = own.get(lowered);
      if (said !== undefined) return said;
      const added = globalKey(lowered, facts);
      return added === undefined ? undefined : [added];
    },
  };
};
