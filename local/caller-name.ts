// How a caller is written in errors, in the trail and in sts:GetCallerIdentity.
import type { Caller } from './simulated.ts';

/** `arn:aws:sts::…:assumed-role/ROLE/SESSION` for a role, the principal for a service, the operator's user otherwise. */
export const callerArn = (caller: Caller, account: string): string => {
  switch (caller.kind) {
    case 'role': {
      const roleName = caller.roleArn.slice(caller.roleArn.lastIndexOf('/') + 1);
      return `arn:aws:sts::${account}:assumed-role/${roleName}/${caller.session}`;
    }
    case 'service':
      return caller.principal;
    case 'operator':
      return `arn:aws:iam::${account}:user/operator`;
  }
};

/** A short name for the trail: `ROLE/SESSION`, the principal, or `operator`. */
export const callerLabel = (caller: Caller): string => {
  switch (caller.kind) {
    case 'role':
      return `${caller.roleArn.slice(caller.roleArn.lastIndexOf('/') + 1)}/${caller.session}`;
    case 'service':
      return caller.principal;
    case 'operator':
      return 'operator';
  }
};
