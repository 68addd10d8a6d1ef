// What may never leave the platform, and what must stay readable (N3). The samples are put together from pieces so that no scanner mistakes them for real keys.
import { describe, expect, it } from 'vitest';
import { redact } from '../../shared/domain/redact.ts';

const letters = (count: number): string => 'aZ3kQ9xB7mT1pW5rY8cV'.repeat(4).slice(0, count);
const key = (...parts: readonly string[]): string => parts.join('');

const secrets: readonly (readonly [string, string, string])[] = [
  ['an AWS access key id', `using ${key('AKIA', 'IOSFODNN7EXAMPLE')} now`, 'using [redacted] now'],
  ['a temporary AWS access key id', key('ASIA', 'IOSFODNN7EXAMPLE'), '[redacted]'],
  ['an AWS secret access key', `secret wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY end`, 'secret [redacted] end'],
  ['a named AWS secret', 'AWS_SECRET_ACCESS_KEY=abc123', 'AWS_SECRET_ACCESS_KEY=[redacted]'],
  ['a bearer token', `Authorization: Bearer ${letters(30)}`, 'Authorization: Bearer [redacted]'],
  ['a bearer token by itself', `sent Bearer ${letters(30)} to the upstream`, 'sent Bearer [redacted] to the upstream'],
  ['basic credentials', 'header Basic dXNlcjpwYXNzd29yZA== refused', 'header Basic [redacted] refused'],
  [
    'a JSON web token',
    `jwt ${key('eyJhbGciOiJIUzI1NiJ9', '.eyJzdWIiOiIxMjM0NTY3ODkwIn0', '.dozjgNryP4J3jVmNHl0w5N')} expired`,
    'jwt [redacted] expired',
  ],
  ['a password in a database URL', 'postgres://app:S3cr3t!pass@db.internal:5432/app', 'postgres://app:[redacted]@db.internal:5432/app'],
  ['a password in a Redis URL without user', 'rediss://:S3cr3t@cache:6379/0', 'rediss://:[redacted]@cache:6379/0'],
  ['a password with an at sign in a URL', 'amqp://u:p@ss@mq:5672', 'amqp://u:[redacted]@mq:5672'],
  ['an environment assignment', 'DB_PASSWORD=hunter2 HOST=db', 'DB_PASSWORD=[redacted] HOST=db'],
  ['a JSON value', '{"password":"hun ter2","user":"app"}', '{"password":"[redacted]","user":"app"}'],
  ['a JSON value with an escaped quote', '{"api_key":"a\\"b","n":1}', '{"api_key":"[redacted]","n":1}'],
  [
    'a JSON value inside a JSON string',
    '{"msg":"{\\"token\\":\\"abcdef\\",\\"n\\":1}"}',
    '{"msg":"{\\"token\\":\\"[redacted]\\",\\"n\\":1}"}',
  ],
  ['a YAML value', 'client_secret: hunter2', 'client_secret: [redacted]'],
  ['a Ruby hash', ':password=>"hunter2"', ':password=>"[redacted]"'],
  ['a command line', 'psql --password hunter2 -h db', 'psql --password [redacted] -h db'],
  ['a GitHub token', key('ghp', '_', letters(36)), '[redacted]'],
  ['a fine-grained GitHub token', key('github', '_pat_', letters(40)), '[redacted]'],
  ['a GitLab token', key('gl', 'pat-', letters(20)), '[redacted]'],
  ['a Slack bot token', key('xo', 'xb-', '123456789012-', letters(20)), '[redacted]'],
  ['a Slack webhook', key('https://hooks.slack', '.com/services/T000/B000/', letters(24)), 'https://hooks.slack.com/[redacted]'],
  ['an OpenAI key', key('sk', '-proj-', letters(40)), '[redacted]'],
  ['a Stripe key', key('sk', '_live_', letters(24)), '[redacted]'],
  ['a webhook signing secret', key('wh', 'sec_', letters(32)), '[redacted]'],
  ['a Google key', key('AI', 'za', letters(35)), '[redacted]'],
  ['an npm token', key('npm', '_', letters(36)), '[redacted]'],
  ['a SendGrid key', key('S', 'G.', letters(22), '.', letters(43)), '[redacted]'],
  [
    'a presigned URL',
    'https://b.s3.amazonaws.com/k?X-Amz-Signature=deadbeef&X-Amz-Date=1',
    'https://b.s3.amazonaws.com/k?X-Amz-Signature=[redacted]&X-Amz-Date=1',
  ],
  ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nafter', '[redacted]\nafter'],
  ['a private key cut off', 'key: x -----BEGIN PRIVATE KEY-----\nMIIE', 'key: x [redacted]'],
  ['a cookie', 'Cookie: sid=abc', 'Cookie: [redacted]'],
];

const harmless: readonly string[] = [
  'ECS image 123456789012.dkr.ecr.us-east-1.amazonaws.com/api@sha256:7f5b2640fe6fb4f46592dfd3410c4a79dac4f89e4782432e0378abcd1234abcd',
  'task arn:aws:ecs:us-east-1:123456789012:task/wizelit-dev/c13b4cb40f1f4fe4a2971f76ae5a47ad stopped',
  'Exit code 137: OutOfMemoryError: Container killed due to memory usage',
  'connect ECONNREFUSED 10.0.3.14:5432 (db.internal:5432)',
  'GET https://app.example.org/api/tasks?page=2 500 in 1200 ms',
  'password authentication failed for user "app"',
  'GET https://app.example.org:8443/packages/@scope/name 404',
  'Basic health check failed after 3 attempts',
  'commit 9fceb02d0ae598e95dc970b74767f19372d61af8 deployed',
];

describe('redact', () => {
  it.each(secrets)('N3: hides %s', (_, text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each(harmless)('N3: leaves alone: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it.each(secrets)('N3: finds nothing more on a second look at %s', (_, text) => {
    expect(redact(redact(text))).toBe(redact(text));
  });
});
