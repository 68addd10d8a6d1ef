import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../cli/commands.ts';
import { helpOf } from '../../cli/command.ts';
import { toldOf } from '../../cli/failure.ts';
import { main } from '../../cli/main.ts';
import { runCdk } from '../../cli/run-cdk.ts';
import { runTool } from '../../cli/run-tool.ts';
import { screenOf } from './stage.ts';

const named = (name: string, message: string, more: object = {}): Error => Object.assign(new Error(message), { name, ...more });

describe('what is wrong is told in one message with its exit code', () => {
  it('expired and unknown credentials: sign in again, or work in a rehearsal; 3', () => {
    expect(toldOf(named('ExpiredTokenException', 'The security token included in the request is expired'), 'status')).toEqual({
      message: 'The AWS credentials have expired. Sign in again (aws sso login, or new keys), then repeat the command.',
      code: 3,
    });
    expect(toldOf(named('CredentialsProviderError', 'Could not load credentials from any providers'), 'status')).toEqual({
      message:
        'AWS does not know these credentials (Could not load credentials from any providers). Set AWS_PROFILE or AWS_ACCESS_KEY_ID, or add --local to work in a rehearsal.',
      code: 3,
    });
  });

  it('an SSO session that has expired, and a clock that is off', () => {
    const sso = named('CredentialsProviderError', 'The SSO session associated with this profile has expired. Run aws sso login.');
    expect(toldOf(sso, 'status')?.message).toContain('The AWS credentials have expired. Sign in again (aws sso login, or new keys)');
    const skewed = named('InvalidSignatureException', 'Signature expired: 20261123T000000Z is now earlier than 20261123T001000Z');
    expect(toldOf(skewed, 'status')).toEqual({
      message: "This machine's clock is off, so AWS refuses its signatures. Set the clock, then repeat the command.",
      code: 1,
    });
  });

  it('throttling: nothing was left half done; 1', () => {
    expect(toldOf(named('ThrottlingException', 'ecs:DescribeServices on app: Rate exceeded'), 'status')).toEqual({
      message:
        'AWS is throttling this account (ecs:DescribeServices on app: Rate exceeded). Nothing was left half done; wait a minute and repeat the command.',
      code: 1,
    });
  });

  it('a wrong account or region looks like a platform that is not there; 1', () => {
    expect(toldOf(named('ResourceNotFoundException', 'dynamodb:Query on history: Requested resource not found'), 'history')).toMatchObject({
      code: 1,
    });
    expect(toldOf(named('ClusterNotFoundException', 'Cluster not found.'), 'status')?.message).toContain(
      'Check account, region and --stage',
    );
  });

  it('no network: AWS cannot be reached; 1', () => {
    expect(toldOf(named('Error', 'getaddrinfo ENOTFOUND', { code: 'ENOTFOUND' }), 'status')).toEqual({
      message: 'AWS cannot be reached (ENOTFOUND). Check the network and the region, then repeat the command.',
      code: 1,
    });
  });

  it('a fault of the program itself keeps its stack', () => {
    expect(toldOf(new TypeError('undefined is not a function'), 'status')).toBeNull();
  });

  it('up and destroy that are interrupted leave CloudFormation at work and say how to look again; 130', async () => {
    const manifest = { platform: 'starter', stage: 'dev' } as const;
    const stopped = new AbortController();
    stopped.abort();
    const screen = screenOf({ interrupted: stopped.signal });
    expect(await runCdk(['deploy'], { manifest, terminal: screen.terminal, program: 'false' })).toBe(130);
    expect(screen.err()).toContain(
      'CloudFormation goes on with what it has begun. Look again with: npx dayshift doctor --platform starter --stage dev, or npm run diff -- -c platform=starter -c stage=dev\n',
    );
    const goingOn = screenOf();
    expect(await runCdk(['deploy'], { manifest, terminal: goingOn.terminal, program: 'true' })).toBe(0);
    await expect(runCdk(['deploy'], { manifest, terminal: goingOn.terminal, program: 'false' })).rejects.toMatchObject({
      name: 'ToolFailed',
    });
  });

  it('no Docker: the tool is named with its remedy', async () => {
    await expect(runTool('no-such-tool-here', [])).rejects.toMatchObject({
      name: 'ToolMissing',
      message: 'no-such-tool-here is not installed or not in the PATH.',
    });
    await expect(runTool(process.execPath, ['-e', 'console.error("boom"); process.exit(4)'])).rejects.toMatchObject({
      name: 'ToolFailed',
      message: '-e ended with code 4:\nboom'.replace('-e', `${process.execPath} -e`),
    });
  });
});

const line = async (...words: string[]): Promise<{ code: number; out: string; err: string }> => {
  const screen = screenOf();
  const code = await main(words, screen.terminal);
  return { code, out: screen.out(), err: screen.err() };
};

describe('the command line itself', () => {
  it('an unknown command is answered with the nearest names; 2', async () => {
    const wrote = await line('statsu');
    expect(wrote.code).toBe(2);
    expect(wrote.err).toMatch(/^There is no command statsu\. Did you mean status\? Known: /);
  });

  it('an unknown option, platform or stage is answered with what there is; 2', async () => {
    expect(await line('status', '--nope')).toMatchObject({ code: 2 });
    expect((await line('status', '--platform', 'wizlit')).err).toContain(
      'There is no platform file infra/platforms/wizlit.ts. Did you mean wizelit?',
    );
    expect((await line('status', '--stage', 'production')).err).toContain('--stage production: there is no such stage.');
  });

  it('a port that is taken, a port that is none, and a path that is no day file are told before anything begins; 2', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    expect(await line('rehearse', '--port', String(port))).toEqual({
      code: 2,
      out: '',
      err: `--port ${port} cannot be used (EADDRINUSE). Give another one, or leave it out for any free one\n`,
    });
    other.close();
    expect(await line('rehearse', '--port', '70000')).toMatchObject({ code: 2, err: '--port 70000 is no port. Give a number from 1 to 65535, or leave it out\n' });
    const given = 'Give the path of a day file (docs/day-file.md)\n';
    expect(await line('rehearse', '--day', import.meta.dirname)).toEqual({ code: 2, out: '', err: `--day ${import.meta.dirname}: this is a folder. ${given}` });
    expect(await line('rehearse', '--day', 'nowhere.json')).toEqual({ code: 2, out: '', err: `--day nowhere.json: there is no such file. ${given}` });
    const taken = join(import.meta.filename, 'out');
    expect(await line('rehearse', '--out', taken)).toEqual({
      code: 2,
      out: '',
      err: `--out ${taken}: ${import.meta.filename} is no folder. Give the path of a folder, or leave it out\n`,
    });
    expect(await line('rehearse', '--platform', 'nonsense')).toMatchObject({ code: 2, out: '' });
  });

  it.each([
    [['rehearse', 'my-day.json'], 'my-day.json is more than this command takes. Add --help to see what it does\n'],
    [['campaign', '7'], '7 is more than this command takes. Add --help to see what it does\n'],
    [['rehearse', '--seed', ''], '--seed is empty. Give any text or number, or leave it out\n'],
    [['campaign', '--seed', ''], '--seed is empty. Give any text or number, or leave it out\n'],
    [['campaign', '--sample', '30'], '--sample only makes sense with --exhaustive. Add --exhaustive, or leave it out\n'],
    [['campaign', '--nights', '1e30'], '--nights 1e30 is no whole number above 0. Example: --nights 700\n'],
    [['campaign', '--workers', '0'], '--workers 0 is no whole number above 0. Example: --workers 2\n'],
  ])('%j is refused before anything begins; 2', async (words, err) => {
    expect(await line(...words)).toEqual({ code: 2, out: '', err });
  });

  it('without a command it shows the overview with the exit codes', async () => {
    const wrote = await line('--help');
    expect(wrote.code).toBe(0);
    expect(wrote.out).toContain('Exit codes: 0 done, 1 failed, 2 wrong use, 3 not allowed, 130 interrupted (the work goes on).');
    expect((await line()).code).toBe(2);
  });

  it('P4: the help of each command fits a screen and ends with one example', async () => {
    for (const [name, load] of Object.entries(commands)) {
      const command = await load();
      const help = helpOf(command);
      expect(command.name).toBe(name);
      expect(command.summary).not.toBe('');
      expect(help.split('\n').length, name).toBeLessThanOrEqual(24);
      expect(Math.max(...help.split('\n').map((text) => text.length)), name).toBeLessThanOrEqual(110);
      expect(help, name).toMatch(/\nExample: \S+/);
      expect(command.example, name).toContain(name === 'rehearse' ? 'npm start' : name);
    }
  });
});
