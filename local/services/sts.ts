// Simulated STS: temporary credentials for roles, and who an access key belongs to; that is how a call over the wire knows its caller.
import { callerArn } from '../caller-name.ts';
import { AwsError, type Caller, type SimulatedService } from '../simulated.ts';
import type { World } from '../world.ts';

export interface Credentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: Date;
}

export interface Sts extends SimulatedService {
  /** Credentials of a role's session, without asking whether anyone may have them; the same role and session get the same key again. */
  issue(roleArn: string, session: string): Credentials;
  /** Long-lived credentials of the operator, for the command line over the wire. */
  operator(): Credentials;
  /** Whoever assumes roles from outside lives in real time: sessions end by that clock, not by the world's. */
  keepsTime(now: () => number): void;
  /** Whose key it is; undefined for a key that was never issued. */
  callerOf(accessKeyId: string): Caller | undefined;
}

const SECONDS = 1000;
const HOUR = 3600;
const SIX_HOURS = 6 * 3_600_000;
const OPERATOR_KEY = 'AKIAREHEARSALOPERATR';

const userId = (caller: Caller): string => (caller.kind === 'role' ? `AROAREHEARSAL:${caller.session}` : 'AIDAREHEARSAL');

interface AssumeRole {
  readonly RoleArn: string;
  readonly RoleSessionName: string;
  readonly DurationSeconds?: number;
}

export const makeSts = (world: World): Sts => {
  const callers = new Map<string, Caller>([[OPERATOR_KEY, { kind: 'operator' }]]);
  const issued = new Map<string, Credentials>();
  let now = (): number => world.clock.now;
  const operator: Credentials = {
    AccessKeyId: OPERATOR_KEY, SecretAccessKey: 'rehearsal', SessionToken: '', Expiration: new Date(8_640_000_000_000_000),
  };
  const issue = (roleArn: string, session: string): Credentials => {
    const name = `${roleArn}/${session}`;
    const known = issued.get(name);
    if (known !== undefined) return known;
    const random = world.random.stream('sts');
    const credentials: Credentials = {
      AccessKeyId: `ASIA${random.hex(16).toUpperCase()}`,
      SecretAccessKey: random.hex(40),
      SessionToken: random.hex(64),
      Expiration: new Date(world.clock.now + SIX_HOURS),
    };
    issued.set(name, credentials);
    callers.set(credentials.AccessKeyId, { kind: 'role', roleArn, session });
    return credentials;
  };
  return {
    signingName: 'sts',
    support: {
      does: ['AssumeRole checked against the trust policy, GetCallerIdentity, a caller for every access key'],
      doesNot: ['federation (web identity, SAML), session policies, credentials that stop working when they expire'],
    },
    operations: {
      GetCallerIdentity: {
        needs: () => [],
        run: (_, { caller }) => ({ Account: world.account, Arn: callerArn(caller, world.account), UserId: userId(caller) }),
      },
      AssumeRole: {
        needs: () => [],
        run: ({ RoleArn, RoleSessionName, DurationSeconds = HOUR }: AssumeRole, { caller }) => {
          const found = world.services.iam.roles().some(({ arn }) => arn === RoleArn);
          if (!found || !world.services.iam.mayAssume(caller, RoleArn).allowed) {
            const who = callerArn(caller, world.account);
            throw new AwsError('AccessDenied', `User: ${who} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`, 403);
          }
          const assumed: Caller = { kind: 'role', roleArn: RoleArn, session: RoleSessionName };
          const AssumedRoleUser = { Arn: callerArn(assumed, world.account), AssumedRoleId: userId(assumed) };
          const Expiration = new Date(now() + DurationSeconds * SECONDS);
          return { Credentials: { ...issue(RoleArn, RoleSessionName), Expiration }, AssumedRoleUser };
        },
      },
    },
    issue,
    operator: () => operator,
    keepsTime: (clock) => {
      now = clock;
    },
    callerOf: (accessKeyId) => callers.get(accessKeyId),
  };
};
