// Rotation: a new password under the same JSON keys, the old version kept as AWSPREVIOUS, and the event CloudTrail passes on.
import type { World } from '../../world.ts';
import { generatePassword } from './generate.ts';
import { versionOf, type Secret, type SecretVersion } from './secret.ts';
import type { SecretStore } from './store.ts';

/** Replaces the secret's `password` (or its whole text) at once and tells EventBridge; the database takes the new one with it. */
export const rotate = (world: World, store: SecretStore, secret: Secret): SecretVersion => {
  const password = generatePassword(world.random.stream('secrets.passwords'), { ExcludePunctuation: true });
  const before = versionOf(secret, {})?.text;
  const text = before?.startsWith('{') === true ? JSON.stringify({ ...JSON.parse(before), password }) : password;
  const version = store.put(secret, { text });
  secret.rotatedAt = world.clock.now;
  world.services.events.emit({
    source: 'aws.secretsmanager',
    detailType: 'AWS Service Event via CloudTrail',
    resources: [],
    detail: {
      eventVersion: '1.08',
      eventSource: 'secretsmanager.amazonaws.com',
      eventName: 'RotationSucceeded',
      awsRegion: world.region,
      eventTime: new Date(world.clock.now).toISOString(),
      eventType: 'AwsServiceEvent',
      additionalEventData: { SecretId: secret.arn },
    },
  });
  world.trail.add({ kind: 'happening', who: secret.name, what: 'secret rotated', detail: { versionId: version.id } });
  return version;
};
