// The stack that operates a platform: what it tells, what it keeps, and that building it is a pure function of platform file and stage.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { assemblyOf, type Template } from '../assembly.ts';

const root = mkdtempSync(join(tmpdir(), 'operations-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const read = (directory: string, stack: string): Template => JSON.parse(readFileSync(join(directory, `${stack}.template.json`), 'utf8')) as Template;

/** A preload that makes a process believe it is five years later. */
const later = `data:text/javascript,const Today = Date; globalThis.Date = class extends Today { constructor(...given) { super(...(given.length === 0 ? [Today.now() + 157_766_400_000] : given)); } static now() { return Today.now() + 157_766_400_000; } };`;

/** What the app says in a process of its own, on a machine of another time zone, language, home, folder and year. */
const synthesizeElsewhere = async (directory: string): Promise<string> => {
  const home = mkdtempSync(join(root, 'home-'));
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    USER: 'somebody',
    TZ: 'Pacific/Kiritimati',
    LANG: 'tr_TR.UTF-8',
    LC_ALL: 'tr_TR.UTF-8',
    AWS_REGION: 'sa-east-1',
    AWS_PROFILE: 'another',
    CDK_OUTDIR: directory,
    CDK_CONTEXT_JSON: JSON.stringify({ ...cdkJson.context, platform: 'wizelit', stage: 'dev' }),
    CDK_DEFAULT_ACCOUNT: '999988887777',
    CDK_DEFAULT_REGION: 'sa-east-1',
    CDK_VALIDATION: 'false',
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
  };
  const { stderr } = await promisify(execFile)(process.execPath, ['--import', later, join(import.meta.dirname, '..', '..', 'infra', 'app.ts')], { cwd: home, env });
  return stderr;
};

/** What CloudFormation leaves behind when the stack goes, by logical id. */
const keptOf = (template: Template): readonly string[] =>
  Object.entries(template.Resources).flatMap(([id, resource]) => (['Retain', 'Snapshot', 'RetainExceptOnCreate'].includes(String(resource['DeletionPolicy'])) ? [id] : []));

/** Resources that stay unless the template says otherwise, because they hold data. */
const holding = ['AWS::DynamoDB::Table', 'AWS::Logs::LogGroup', 'AWS::SecretsManager::Secret', 'AWS::S3::Bucket', 'AWS::RDS::DBInstance', 'AWS::ECR::Repository'];

describe('the operations stack', () => {
  const second = join(root, 'second');
  let first = '';
  let prod = '';
  let said = '';
  beforeAll(async () => {
    [first, prod, said] = await Promise.all([assemblyOf('wizelit'), assemblyOf('wizelit', 'prod'), synthesizeElsewhere(second)]);
  }, 180_000);

  it('needs no other stack and no other needs it: it can be deployed on its own', () => {
    const { artifacts } = JSON.parse(readFileSync(join(first, 'manifest.json'), 'utf8')) as { artifacts: Record<string, { type: string; dependencies?: readonly string[] }> };
    const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
    const names = stacks.map(([name]) => name);
    expect(names).toEqual(['wizelit-dev-network', 'wizelit-dev-data', 'wizelit-dev-services', 'wizelit-dev-operations']);
    const needs = Object.fromEntries(stacks.map(([name, { dependencies = [] }]) => [name, dependencies.filter((other) => names.includes(other))]));
    expect(needs['wizelit-dev-operations']).toEqual([]);
    expect(Object.values(needs).flat()).not.toContain('wizelit-dev-operations');
    for (const name of names) expect(JSON.stringify(read(first, name))).not.toMatch(/Fn::ImportValue|"StackName":"wizelit-dev-operations"/);
  });

  it('L5: makes no summary, daily or monthly, unless the platform file asks for one', () => {
    const resources = Object.values(read(prod, 'wizelit-prod-operations').Resources).map(({ Properties }) => JSON.stringify(Properties ?? {}));
    expect(resources.filter((text) => text.includes('digest-daily') || text.includes('digest-monthly') || text.includes('notices/digest'))).toEqual([]);
  });

  it('X4: the same input gives byte-identical templates in two processes of different zone, language, home, year and account, without a date or an account', () => {
    const templates = readdirSync(first).filter((file) => file.endsWith('.template.json'));
    expect(templates.length).toBe(4);
    expect(JSON.parse(readFileSync(join(second, 'manifest.json'), 'utf8'))).not.toHaveProperty('missing');
    for (const file of [...templates, 'platform.json', 'platform-file.json']) {
      const text = readFileSync(join(first, file), 'utf8');
      expect(readFileSync(join(second, file), 'utf8') === text, file).toBe(true);
      expect(text).not.toMatch(/20\d{2}-\d{2}-\d{2}T\d{2}:\d{2}/);
      expect(text).not.toMatch(/\b\d{12}\b/);
    }
  });

  it('A6: what the stage decides is printed at every synth', () => {
    expect(said).toMatch(/^Wizelit, stage dev:\n {2}database db: standby in a second zone: no {2}\(decided by the stage\)\n/);
  });

  it('A11: a topic named after the stack has the operator’s e-mail subscribed and its ARN as an output', async () => {
    const { Resources, Outputs } = read(await assemblyOf('atomic-calendar'), 'atomic-calendar-dev-operations');
    const topic = Object.entries(Resources).find(([, { Type }]) => Type === 'AWS::SNS::Topic');
    expect(topic?.[1].Properties['TopicName']).toBe('atomic-calendar-dev-operations-AlarmTopic');
    const mails = Object.values(Resources).filter(({ Type, Properties }) => Type === 'AWS::SNS::Subscription' && Properties['Protocol'] === 'email');
    expect(mails.map(({ Properties }) => [Properties['TopicArn'], /^[^@]+@[^@]+$/.test(String(Properties['Endpoint']))])).toEqual([[{ Ref: topic?.[0] }, true]]);
    expect(Outputs?.['AlarmTopicArn']?.Value).toEqual({ Ref: topic?.[0] });
  });

  it('O13: dev leaves no ledger, log or secret behind, prod keeps its ledger and the form that people filled in', () => {
    const dev = read(first, 'wizelit-dev-operations');
    expect(keptOf(dev)).toEqual([]);
    const silent = Object.entries(dev.Resources).filter(([, resource]) => holding.includes(resource.Type) && resource['DeletionPolicy'] !== 'Delete');
    expect(silent.map(([id]) => id)).toEqual([]);
    expect(keptOf(read(prod, 'wizelit-prod-operations')).map((id) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual(['Ledger', 'NoticesSlackSecret']);
  });

  it('X4: what people and machines rely on keeps its logical id', () => {
    const { Resources } = read(first, 'wizelit-dev-operations');
    const stateful = Object.entries(Resources).flatMap(([id, { Type }]) => (['AWS::DynamoDB::Table', 'AWS::SNS::Topic', 'AWS::SQS::Queue', 'AWS::SecretsManager::Secret'].includes(Type) ? [id] : []));
    expect(stateful).toEqual(['LedgerB7379752', 'TopicBFC7AF6E', 'DeadLettersBBF8BAAB', 'NoticesSlackSecret35FA2706', 'NoticesSlackParkedFEE1ABCB', 'NoticesSlackQueueC7DAA7B0', 'SleepWakeLinkSecret5248E092']);
  });
});
