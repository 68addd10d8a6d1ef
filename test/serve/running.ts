// Running worlds for tests: a platform served in process on a free port, paused unless told otherwise, and a way to ask it.
import { checkDay } from '../../local/rehearsal/day.ts';
import { sourceHosts } from '../../local/rehearsal/source-doors.ts';
import { standardDay } from '../../local/rehearsal/standard-day.ts';
import { serve, type ServeOptions, type Served } from '../../local/serve/serve.ts';
import type { Manifest } from '../../shared/domain/manifest.ts';
import { assemblyOf, manifestFrom } from '../assembly.ts';

interface Synthesized {
  readonly assembly: string;
  readonly manifest: Manifest;
}

const synthesize = async (platform: string): Promise<Synthesized> => ({ assembly: await assemblyOf(platform), manifest: await manifestFrom(platform) });
const synthesized = new Map<string, Promise<Synthesized>>();

/** The platform's assembly, the same for every world of a test file. */
export const synthesizedOnce = (platform: string): Promise<Synthesized> => {
  const known = synthesized.get(platform) ?? synthesize(platform);
  synthesized.set(platform, known);
  return known;
};

export const running = async (platform: string, options: Partial<ServeOptions> = {}): Promise<Served> => {
  const { assembly, manifest } = await synthesizedOnce(platform);
  const day = checkDay('the standard day', standardDay(manifest), manifest.hours?.timeZone ?? 'UTC');
  return serve({ assembly, manifest, day, given: 'running', port: 0, speed: 60, paused: true, hosts: await sourceHosts(), ...options });
};

export interface Answered {
  readonly status: number;
  readonly body: any;
}

export const get = async ({ url }: Served, path: string): Promise<Answered> => {
  const response = await fetch(`${url}/_dayshift/${path}`);
  return { status: response.status, body: await response.json() };
};

export const post = async ({ url }: Served, path: string, body: unknown = {}): Promise<Answered> => {
  const response = await fetch(`${url}/_dayshift/${path}`, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
};

/** What an SDK client needs to act as the operator of the world. */
export const clientConfig = ({ url, region, credentials }: Served): { readonly endpoint: string; readonly region: string; readonly credentials: Served['credentials'] } => ({ endpoint: url, region, credentials });

/** Variables with which command line tools act as the operator. */
export const toolEnvironment = ({ url, region, credentials }: Served): NodeJS.ProcessEnv => ({
  ...process.env,
  AWS_ENDPOINT_URL: url,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_PAGER: '',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  CI: 'true',
  CDK_DISABLE_CLI_TELEMETRY: 'true',
});
