// What went wrong, for the person at the terminal: what is the matter, what can be done, and the exit code.
// Never a stack trace for what is theirs to mend.

export interface Told {
  readonly message: string;
  /** 1 failed, 2 wrong use, 3 not allowed, 130 interrupted. */
  readonly code: 1 | 2 | 3 | 130;
}

/** Errors whose message is the whole answer. */
const plain = new Set(['WrongUse', 'DayFileError', 'SynthesisFailed', 'PortInUse', 'NoRuleMatches', 'PlatformFileError']);
/** Things that failed, with a message that says what to do. */
const failed = new Set(['ToolMissing', 'ToolFailed', 'NotPossible']);
const expired = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'TokenRefreshRequired', 'SSOTokenProviderFailure']);
const unknownCaller = new Set([
  'CredentialsProviderError',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
  'AuthFailure',
]);
const notAllowed = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'AuthorizationError', 'NotAuthorized']);
const throttled = new Set([
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'ProvisionedThroughputExceededException',
]);
const absent = new Set([
  'ResourceNotFoundException',
  'ClusterNotFoundException',
  'StateMachineDoesNotExist',
  'LoadBalancerNotFound',
  'NotFound',
  'NotFoundException',
  'ResourceNotFound',
]);
const unreachable = new Set(['ENOTFOUND', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EAI_AGAIN', 'TimeoutError', 'NetworkingError']);

const THROTTLED_REMEDY = 'Nothing was left half done; wait a minute and repeat the command.';
const ABSENT_REMEDY = 'Check account, region and --stage; dayshift doctor tells what is missing, dayshift up deploys it.';

/** An error of something that cannot be done now, with the remedy in its message; exit code 1. */
export const notPossible = (message: string): Error => Object.assign(new Error(message), { name: 'NotPossible' });

/** What to tell, or null for an error that is ours: it keeps its stack. */
export const toldOf = (error: unknown, command: string): Told | null => {
  if (!(error instanceof Error)) return null;
  const { name, message } = error;
  const code = (error as { code?: string }).code ?? '';
  if (plain.has(name)) return { message, code: 2 };
  if (failed.has(name)) return { message, code: 1 };
  if (name === 'Unanswered') return { message, code: 130 };
  if (name === 'RequestTimeTooSkewed' || /signature (expired|not yet current)/i.test(message))
    return { message: "This machine's clock is off, so AWS refuses its signatures. Set the clock, then repeat the command.", code: 1 };
  if (expired.has(name) || (unknownCaller.has(name) && /expired/i.test(message)))
    return { message: `The AWS credentials have expired. Sign in again (aws sso login, or new keys), then repeat the command.`, code: 3 };
  if (unknownCaller.has(name)) {
    const remedy = 'Set AWS_PROFILE or AWS_ACCESS_KEY_ID, or add --local to work in a rehearsal.';
    return { message: `AWS does not know these credentials (${firstSentence(message)}). ${remedy}`, code: 3 };
  }
  if (notAllowed.has(name)) {
    return { message: `Not allowed: ${message}\nWhat this command needs: dayshift permissions ${command}`, code: 3 };
  }
  if (throttled.has(name))
    return {
      message: `AWS is throttling this account (${firstSentence(message)}). ${THROTTLED_REMEDY}`,
      code: 1,
    };
  if (absent.has(name)) {
    const { where = 'this account and region' } = error as { where?: string };
    return { message: `${message}\nThe platform is not deployed in ${where}. ${ABSENT_REMEDY}`, code: 1 };
  }
  if (unreachable.has(code) || unreachable.has(name))
    return {
      message: `AWS cannot be reached (${code === '' ? name : code}). Check the network and the region, then repeat the command.`,
      code: 1,
    };
  return null;
};

const firstSentence = (text: string): string => text.split(/(?<=\.)\s|\n/)[0]?.replace(/\.$/, '') ?? text;
