// What a platform file may say, what it means when it says nothing, and what people are told when it is wrong.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { toldOf } from '../../cli/failure.ts';
import { platformFile, select } from '../../infra/select.ts';
import { readPlatform } from '../../shared/contracts/platform.ts';
import { fieldsOf } from '../../shared/contracts/platform/describe.ts';
import { findingLines } from '../../shared/contracts/platform/findings.ts';
import { PlatformSchema } from '../../shared/contracts/platform.ts';

const root = join(import.meta.dirname, '..', '..');

const lines = (file: unknown): readonly string[] => {
  const read = readPlatform(file as never, 'dev', 'infra/platforms/shop.ts');
  return read.ok ? [] : findingLines(read.findings);
};

describe('a platform file', () => {
  it('needs a name and one container, everything else has a default', () => {
    const read = readPlatform(
      { name: 'shop', services: { web: { containers: { web: { image: { repository: 'shop' } } } } } },
      'dev',
      'shop.ts',
    );
    expect(read.ok && read.platform).toMatchObject({
      title: 'shop',
      region: 'us-east-1',
      network: { cidr: '10.0.0.0/16', zones: 2, tasks: 'public' },
      hours: null,
      services: {
        web: { cpu: 256, memory: 512, count: { start: 1, min: 1, max: 1 }, spot: 'never', graceSeconds: 60, offHours: { kind: 'zero' } },
      },
    });
  });

  it('reads units in words', () => {
    const read = readPlatform(
      {
        name: 'shop',
        services: { web: { cpu: '1 vCPU', memory: '2 GiB', grace: '3 minutes', containers: { web: { image: { repository: 'shop' } } } } },
        databases: { db: { storage: '1 TiB', backups: '2 weeks' } },
      },
      'dev',
      'shop.ts',
    );
    expect(read.ok && read.platform).toMatchObject({
      services: { web: { cpu: 1024, memory: 2048, graceSeconds: 180 } },
      databases: { db: { storage: 1024, backupDays: 14 } },
    });
  });

  it('is told every mistake at once, with field, value and remedy', () => {
    expect(
      lines({
        name: 'Shop',
        regoin: 'eu-west-1',
        services: { web: { memory: '512', grace: 3, containers: { web: { image: { repository: 'shop' }, port: '80' } } } },
        hours: { words: 'mon-fry 7-20', timeZone: 'Mars/Base' },
      }),
    ).toEqual([
      'infra/platforms/shop.ts: name = "Shop"',
      '    lower-case letters, digits and hyphens, beginning with a letter, at most 31 characters',
      '    remedy: write for example "shop"',
      'infra/platforms/shop.ts: services.web.memory = "512"',
      '    this is not a memory size (MiB, GiB)',
      '    remedy: write for example "1 GiB"',
      'infra/platforms/shop.ts: services.web.containers.web.port = "80"',
      '    expected number',
      '    remedy: write for example 8000',
      'infra/platforms/shop.ts: services.web.grace = 3',
      '    a duration (seconds, minutes, hours, days) is written as a text with its unit',
      '    remedy: write for example "3 minutes"',
      'infra/platforms/shop.ts: hours.words = "mon-fry 7-20"',
      "    these are no hours: 'mon-fry' is not a day",
      '    remedy: write for example "mon-fri 07:00-20:00, sat 09:00-13:00"',
      'infra/platforms/shop.ts: hours.timeZone = "Mars/Base"',
      '    no such time zone',
      '    remedy: write for example "Australia/Sydney"',
      'infra/platforms/shop.ts: regoin = "eu-west-1"',
      '    there is no such field',
      expect.stringMatching(/^ {4}remedy: write `region`; known here: name, title, region,/),
    ]);
  });

  it('is told what is missing', () => {
    expect(lines({ name: 'shop' })).toEqual([
      'infra/platforms/shop.ts: services = nothing',
      '    this field is missing',
      expect.stringMatching(/^ {4}remedy: write for example/),
    ]);
  });

  it('differs by stage where it says so', () => {
    const file = {
      name: 'shop',
      services: { web: { containers: { web: { image: { repository: 'shop' } } } } },
      stages: { prod: { services: { web: { count: 3 } } } },
    };
    const count = (stage: 'dev' | 'prod'): number | false => {
      const read = readPlatform(file, stage, 'shop.ts');
      return read.ok && (read.platform.services['web']?.count.start ?? 0);
    };
    expect([count('dev'), count('prod')]).toEqual([1, 3]);
  });

  it('every field has a sentence and an example', () => {
    const fields = fieldsOf(PlatformSchema);
    expect(fields.length).toBeGreaterThan(140);
    expect(fields.filter(({ description, example }) => description === '' || example === undefined).map(({ path }) => path)).toEqual([]);
  });

  it('a field that may be left out is not said to be needed', () => {
    const needed = new Map(fieldsOf(PlatformSchema).map(({ path, fallback }) => [path, fallback === null]));
    expect(['country', 'state'].map((name) => needed.get(`hours.holidays[].${name}`))).toEqual([true, false]);
  });
});

describe('the vocabulary', () => {
  it('knows no platform by name: infra speaks of none outside its own file', () => {
    const sources = readdirSync(join(root, 'infra'), { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile() && !file.parentPath.endsWith('platforms'))
      .map((file) => join(file.parentPath, file.name));
    expect(sources.length).toBeGreaterThan(30);
    expect(
      sources.filter((file) =>
        /wizelit|chatkit|orchestrator|\bcao\b|atomic-?calendar|farsight|hasura|temporal/i.test(readFileSync(file, 'utf8')),
      ),
    ).toEqual([]);
  });
});

describe('choosing a platform', () => {
  const choose = (context: object): { readonly code: number | null; readonly said: string } => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'infra', 'app.ts')], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_OUTDIR: join(root, '.build', 'refused') },
    });
    return { code: status, said: stderr };
  };

  it('an unknown platform is answered with the known ones, code 2 and no stack trace', () => {
    expect(choose({ platform: 'wizlit' })).toEqual({
      code: 2,
      said: "There is no platform 'wizlit'. Known: atomic-calendar, cli-agent-orchestrator, farsight, managed-chatkit, starter, wizelit.\n",
    });
  });

  it('npm run synth says it once and ends with code 2 before the CDK starts, whose own code is 1 for all that an app refuses', () => {
    const synth = packageJson.scripts.synth.split(' ').slice(1);
    const { status, stdout, stderr } = spawnSync(process.execPath, [...synth, '-c', 'platform=wizlit'], { cwd: root, encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: "There is no platform 'wizlit'. Known: atomic-calendar, cli-agent-orchestrator, farsight, managed-chatkit, starter, wizelit.\n",
    });
  });

  it('an unknown stage is answered with the known ones', async () => {
    await expect(select({ platform: 'wizelit', stage: 'live' })).rejects.toMatchObject({ name: 'Refusal', message: "There is no stage 'live'. Known: dev, staging, prod." });
  });

  it('a file that cannot be read is told in one sentence, with its line where the error says so, and ends with code 2', async () => {
    const folder = join(root, '.build', 'unreadable-platforms');
    const told = async (name: string, text: string): Promise<string> => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${name}.ts`), text);
      const error = await platformFile(name, folder).catch((refusal: unknown) => refusal as Error);
      expect(error).toMatchObject({ name: 'Refusal' });
      return (error as Error).message;
    };
    expect(await told('throws', "const home: string = undefined as never;\nhome.trim();\n")).toBe(
      "infra/platforms/throws.ts cannot be read: Cannot read properties of undefined (reading 'trim') (TypeError, line 2). Put that right first.",
    );
    expect(await told('broken', 'export const shop = platform({\n')).toMatch(/^infra\/platforms\/broken\.ts cannot be read: .*Put that right first\.$/s);
    expect(await told('empty', 'export const shop = 3;\n')).toBe(
      'infra/platforms/empty.ts exports no platform; it should say: export const … = platform({ … }).',
    );
    rmSync(folder, { recursive: true });
    expect(toldOf(Object.assign(new Error('infra/platforms/throws.ts cannot be read: …'), { name: 'SynthesisFailed' }), 'rehearse')).toMatchObject({ code: 2 });
  });

  it('S10: a part of the site asleep behind more rules than a load balancer takes is refused', () => {
    const containers = { web: { image: { repository: 'shop' }, port: 8080 } };
    const routes = Array.from({ length: 50 }, (_, index) => ({ path: `/${'a'.repeat(index + 1)}` }));
    const status = { containers, routes: [{ path: '/status' }], offHours: 'stay' };
    expect(lines({ name: 'shop', services: { web: { containers, routes }, status } }).join()).toMatch(
      /needs 101 listener rules, and takes 100.*let all public services sleep, or none of them/s,
    );
    expect(lines({ name: 'shop', services: { web: { containers, routes } } })).toEqual([]);
  });

  it('no platform at all is answered with how to say it', async () => {
    await expect(select({})).rejects.toThrow(/^Say which platform: -c platform=NAME\. Known: atomic-calendar,/);
  });
});
