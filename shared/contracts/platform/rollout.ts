// How a new image takes over from the old one: strategy, proof, and the gates before traffic (R8, R9).
import * as v from 'valibot';
import { duration, open, said, whole } from './words.ts';

const GatesSchema = v.pipe(
  v.strictObject({
    minimumAge: open(said(duration(), 'An image must be this old.', '1 hour')),
    scan: open(
      said(
        v.strictObject({
          refuse: said(v.picklist(['CRITICAL', 'HIGH', 'MEDIUM']), 'Findings of this severity and above refuse the image.', 'CRITICAL'),
          wait: v.optional(said(duration(), 'How long to wait for the scan.', '10 minutes'), '10 minutes'),
        }),
        'Ask the ECR scan.',
        { refuse: 'CRITICAL' },
      ),
    ),
    approval: open(
      said(
        v.strictObject({ expires: v.optional(said(duration(), 'When the question lapses.', '4 hours'), '4 hours') }),
        'A person must agree.',
        { expires: '4 hours' },
      ),
    ),
    migration: open(
      said(
        v.strictObject({
          container: said(v.string(), 'Container whose new image runs the command.', 'api'),
          command: said(v.pipe(v.array(v.string()), v.minLength(1)), 'Command, run once per image before it gets traffic.', [
            'npm',
            'run',
            'migrate',
          ]),
          timeout: v.optional(said(duration(), 'Until it counts as failed.', '15 minutes'), '15 minutes'),
          snapshot: v.optional(said(v.boolean(), 'Take a snapshot of the databases first.', true), false),
        }),
        'A task before traffic.',
        { container: 'api', command: ['npm', 'run', 'migrate'] },
      ),
    ),
  }),
  v.transform(({ minimumAge, scan, approval, migration }) => ({
    minimumAgeSeconds: minimumAge,
    scan: scan === null ? null : { refuse: scan.refuse, waitSeconds: scan.wait },
    approval: approval === null ? null : { expiresSeconds: approval.expires },
    migration:
      migration === null
        ? null
        : { container: migration.container, command: migration.command, timeoutSeconds: migration.timeout, snapshot: migration.snapshot },
  })),
);

const SmokeSchema = v.strictObject({
  path: said(v.pipe(v.string(), v.startsWith('/', 'a path begins with /')), 'Path to ask for.', '/version'),
  status: v.optional(said(whole(100, 599), 'Status that must come back.', 200), 200),
  text: open(said(v.string(), 'Text that must be in the answer.', 'ok')),
});

const ProofSchema = v.pipe(
  v.strictObject({
    container: open(said(v.string(), 'Container that runs the command.', 'api')),
    command: open(
      said(
        v.pipe(v.array(v.string()), v.minLength(1)),
        'Command that proves the image and ends with 0; left out, the task boots as it does at work, must stay healthy for the bake time, and is stopped.',
        ['npm', 'run', 'check'],
      ),
    ),
    timeout: v.optional(said(duration(), 'Until it counts as failed.', '10 minutes'), '10 minutes'),
  }),
  v.transform(({ container, command, timeout }) => ({ container, command, timeoutSeconds: timeout })),
);

export const RolloutSchema = v.pipe(
  v.strictObject({
    strategy: v.optional(
      said(
        v.picklist(['rolling', 'blue-green', 'canary', 'linear']),
        'ECS deployment strategy; the last three keep the old tasks until the new ones have proven themselves.',
        'blue-green',
      ),
      'rolling',
    ),
    deadline: v.optional(said(duration(), 'A rollout that takes longer has failed.', '20 minutes'), '20 minutes'),
    bake: v.optional(said(duration(), 'Time under watch after the new tasks are healthy.', '5 minutes'), '2 minutes'),
    watchAlarms: v.optional(said(v.boolean(), 'Roll back when an alarm of the service goes off during the bake time.', true), false),
    group: open(said(v.string(), 'Services of one group roll out all or none.', 'release')),
    smoke: open(said(SmokeSchema, 'A request that must succeed.', { path: '/version' })),
    gates: v.optional(said(GatesSchema, 'What must be true before an image gets traffic.', { scan: { refuse: 'CRITICAL' } }), {}),
    proveAsleep: open(
      said(
        ProofSchema,
        'An image pushed while the platform sleeps is tried at once: one task of it boots outside the load balancer, proves healthy and stops; a bad one is quarantined before the morning.',
        { container: 'api', command: ['npm', 'run', 'check'] },
      ),
    ),
  }),
  v.transform(({ deadline, bake, ...rest }) => ({ ...rest, deadlineSeconds: deadline, bakeSeconds: bake })),
);
