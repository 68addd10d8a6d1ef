// The vocabulary of faults in day files: what may go wrong on purpose, with the fields each word takes.
import * as v from 'valibot';
import { bucketNames } from '../throttle-buckets.ts';

const text = (what: string) => v.pipe(v.string(`${what} must be text`), v.nonEmpty(`${what} must not be empty`));
const count = (what: string) =>
  v.optional(v.pipe(v.number(`${what} must be a number`), v.integer(`${what} must be a whole number`), v.minValue(1, `${what} must be at least 1`)), 1);
const minutes = v.pipe(v.number('minutes must be a number'), v.minValue(1, 'minutes must be at least 1'));
const seconds = (what: string) => v.optional(v.pipe(v.number(`${what} must be a number`), v.minValue(1, `${what} must be at least 1`)));

/** Sources whose events AWS may lose (aws-facts A0); all others are delivered at least once. */
export const losable = ['aws.ecr', 'aws.rds', 'aws.application-autoscaling'] as const;

/** No such user, full, marked as spam by its reader, found to carry a virus, or taken again. */
export const mailboxAnswers = ['unknown', 'full', 'complains', 'virus', 'takes'] as const;

/** Which calls an injected error meets: all fields given must fit; `caller` is part of the role session's name. */
const calls = { service: text('service'), operation: v.optional(text('operation')), caller: v.optional(text('caller')) };
const reach = { from: count('from'), times: count('times'), minutes: v.optional(minutes) };

const words = {
  'drop-events': { source: v.picklist(losable, `source must be one of ${losable.join(', ')}: AWS delivers all other events at least once`), next: count('next') },
  'duplicate-events': { source: text('source'), next: count('next') },
  'delay-events': { source: text('source'), next: count('next') },
  /** The next event is overtaken by those that follow it. */
  'reorder-events': { source: text('source') },
  'late-schedule': { schedule: text('schedule') },
  'duplicate-schedule': { schedule: text('schedule') },
  'duplicate-invoke': { function: text('function'), next: count('next') },
  error: {
    ...calls,
    ...reach,
    code: text('code'),
    message: v.optional(text('message'), 'injected by the day file'),
    status: v.optional(v.number('status must be a number'), 500),
    effect: v.optional(v.boolean('effect must be true or false'), false),
  },
  throttle: { ...calls, ...reach },
  /** Another client of the account uses up one of AWS's own buckets of requests. */
  'throttle-bucket': { bucket: v.picklist(bucketNames, `bucket must be one of ${bucketNames.join(', ')}`), minutes },
  /** The connection breaks before the answer; `effect` says whether AWS did it nevertheless. */
  timeout: { ...calls, ...reach, effect: v.boolean('effect must be true or false') },
  kill: {
    function: text('function'),
    when: v.picklist(['before-call', 'after-call'], 'when must be before-call or after-call'),
    call: count('call'),
    /** Not before the function's nth invocation since the world began. */
    invocation: count('invocation'),
    times: count('times'),
  },
  'slow-tasks': { service: text('service'), next: count('next') },
  'failing-tasks': { service: text('service'), next: count('next') },
  'no-capacity': { provider: v.picklist(['FARGATE', 'FARGATE_SPOT'], 'provider must be FARGATE or FARGATE_SPOT'), minutes },
  'spot-interruption': { service: text('service') },
  'slow-database': { database: text('database'), startSeconds: seconds('startSeconds'), stopSeconds: seconds('stopSeconds') },
  'failing-database': { database: text('database'), next: count('next') },
  'stale-reads': { next: count('next') },
  outage: {
    host: text('host'),
    minutes,
    /** `silent` never answers; `lost` does the work and loses the answer. */
    status: v.optional(v.union([v.number(), v.picklist(['refused', 'silent', 'lost'])], 'status must be an HTTP status, "refused", "silent" or "lost"'), 503),
    /** Sent with 429 and 503. */
    retryAfter: seconds('retryAfter'),
  },
  /** What becomes of mails that Amazon SES sends to an address from now on. */
  mailbox: { address: text('address'), answer: v.picklist(mailboxAnswers, `answer must be one of ${mailboxAnswers.join(', ')}`) },
} as const;

export type FaultWord = keyof typeof words;
export const faultWords = Object.keys(words) as readonly FaultWord[];

type FaultFields = {
  readonly [W in FaultWord]: { readonly what: W } & { readonly [F in keyof (typeof words)[W]]: (typeof words)[W][F] extends v.GenericSchema<any, infer Output> ? Output : never };
};
/** One fault with its defaults filled in. */
export type Fault = FaultFields[FaultWord];
export type FaultOf<W extends FaultWord> = FaultFields[W];

const options = faultWords.map((word) => v.strictObject({ what: v.literal(word), ...words[word] }));

/** Schema of a fault happening; the message of an unknown word names all of them. */
export const faultSchema = v.variant('what', options as never, `what must be one of ${faultWords.join(', ')}`) as unknown as v.GenericSchema<unknown, Fault>;
