// One trail entry as one line of the timeline: which facet it belongs to, who did it, in which words, and whether it is good or bad news.
import type { TrailEntry } from './api.ts';
import { ledgerWrites, type Decision } from './ledger-writes.ts';
import { lastPart, short, textOf } from './words.ts';

export const facets = [
  'happening', 'decision', 'state', 'deployment', 'task', 'target', 'scaling', 'database', 'alarm', 'message',
  'schedule', 'event', 'invoke', 'call', 'log', 'stack', 'fault',
] as const;
export type Facet = (typeof facets)[number];

/** What a person wants first; everything else is one click away. */
export const storyFacets: readonly Facet[] = ['happening', 'decision', 'deployment', 'task', 'scaling', 'database', 'alarm', 'message', 'schedule', 'fault'];

export type Tone = 'good' | 'bad' | 'warn' | 'plain';

/** `what` tells apart a call that writes a decision down from any other. */
export const facetOf = (entry: TrailEntry): Facet => {
  if (entry.kind === 'call' && ledgerWrites(entry).some(({ kind }) => kind === 'history')) return 'decision';
  return facets.find((facet) => facet === entry.kind) ?? 'log';
};

const badActions = /fail|back|quarantine|difference|refuse|stuck/;
const goodActions = /released|awake|finish|woke|ready/;

export const decisionTone = ({ action, reason }: Pick<Decision, 'action' | 'reason'>): Tone =>
  badActions.test(action) ? 'bad' : goodActions.test(action) || reason === 'rollout-proven' ? 'good' : 'plain';

export const toneOf = ({ kind, what, who, detail }: TrailEntry): Tone => {
  switch (kind) {
    case 'deployment':
      return /failed|rolling back/i.test(what) ? 'bad' : /completed/.test(what) ? 'good' : 'plain';
    case 'task':
      return what === 'RUNNING' ? 'good' : what === 'STOPPED' && detail?.['stopCode'] !== 'ServiceSchedulerInitiated' ? 'bad' : 'plain';
    case 'target':
      return what === 'healthy' ? 'good' : what === 'unhealthy' ? 'bad' : 'plain';
    case 'alarm':
      return what.endsWith('-> ALARM') ? 'bad' : what.endsWith('-> OK') ? 'good' : 'plain';
    case 'invoke':
    case 'call':
      return /failed|timed out/.test(what) ? 'bad' : 'plain';
    case 'state':
      return /execution (failed|timed|aborted)/.test(what) ? 'bad' : /execution succeeded/.test(what) ? 'good' : 'plain';
    case 'fault':
      return 'bad';
    case 'database':
      return what === 'available' ? 'good' : 'plain';
    case 'message':
      return messageTone(who, what);
    default:
      return 'plain';
  }
};

const messageTone = (who: string, what: string): Tone => (who === 'mail' && /PROBLEM|PAGE/.test(what) ? 'bad' : 'plain');

export interface Row {
  readonly who: string;
  readonly text: string;
  readonly tone: Tone;
}

const happeningRow = ({ who, what, detail }: TrailEntry): Omit<Row, 'tone'> => {
  const value = (detail?.['value'] ?? {}) as Readonly<Record<string, unknown>>;
  if (who === 'registry') return { who: 'registry', text: `${what} ${((detail?.['tags'] ?? []) as readonly string[]).join(', ')} · ${short(String(detail?.['digest'] ?? ''))}` };
  if (what === 'push') return { who: 'someone', text: `pushes ${textOf(value['repository'])} (${((value['tags'] ?? []) as readonly string[]).join(', ')}), an image that ${imageWords(textOf(value['image'], 'good'))}` };
  if (what === 'metric') return { who: 'a metric', text: `${textOf(value['alarm'])} reads ${textOf(value['value'])} for ${textOf(value['minutes'])} min` };
  if (what === 'alarm') return { who: 'someone', text: `sets ${textOf(value['name'])} to ${textOf(value['state'])}` };
  if (what === 'press') return { who: 'someone', text: value['button'] === undefined ? `types /dayshift ${textOf(value['command'])}` : `presses ${textOf(value['button'])} in Slack` };
  if (what === 'visit') return { who: 'a visitor', text: `asks for ${textOf(value['path'], '/')}` };
  if (what === 'link') return { who: 'a reader', text: `${value['press'] === true ? 'presses' : 'opens'} the wake link${value['forged'] === true ? ', forged' : ''}` };
  if (what === 'bounds') return { who: 'someone', text: `sets the scaling of ${textOf(value['service'])} by hand` };
  if (what === 'start') return { who: textOf(value['by'], 'someone'), text: `starts ${textOf(value['story'])}` };
  if (what === 'count') return { who: 'someone', text: `sets ${textOf(value['service'])} to ${textOf(value['desired'])} by hand` };
  if (what === 'fault') return { who: 'someone', text: `breaks something: ${faultWords(value)}` };
  return { who: who === 'day' ? 'the day' : who, text: `${what}${typeof detail?.['value'] === 'string' ? `: ${detail['value']}` : ''}` };
};

/** `drop-events source aws.ecr next 1`. */
const faultWords = ({ fault, ...rest }: Readonly<Record<string, unknown>>): string =>
  [textOf(fault), ...Object.entries(rest).map(([name, value]) => `${name} ${textOf(value)}`)].join(' ');

/** How an image behaves, as the end of a sentence. */
export const imageWords = (image: string): string => imageBehaviours[image] ?? image;
const imageBehaviours: Readonly<Record<string, string>> = {
  good: 'works', slow: 'starts slowly', crashes: 'crashes at start', 'crashes-late': 'crashes after a while', 'never-healthy': 'never gets healthy',
  'raises-5xx': 'answers 5xx', 'out-of-memory': 'runs out of memory', 'wrong-architecture': 'is built for another CPU', missing: 'is deleted again',
};

const taskRow = ({ who, what, detail }: TrailEntry): Omit<Row, 'tone'> => {
  const revision = String(detail?.['taskDefinition'] ?? '').split(':').at(-1) ?? '';
  const reason = typeof detail?.['stoppedReason'] === 'string' ? ` · ${short(detail['stoppedReason'])}` : '';
  return { who: String(detail?.['group'] ?? 'task').replace(/^service:/, ''), text: `task ${lastPart(who).slice(0, 8)} ${what}${revision === '' ? '' : ` · revision ${revision}`}${reason}` };
};

const callRow = ({ who, what, detail }: TrailEntry): Omit<Row, 'tone'> => {
  const input = (detail?.['input'] ?? {}) as Readonly<Record<string, any>>;
  const about = input['Key']?.kind?.S ?? input['Item']?.kind?.S ?? input['service'] ?? input['services']?.[0] ?? input['FunctionName'] ?? input['repositoryName'] ?? input['stateMachineArn'] ?? input['DBInstanceIdentifier'] ?? input['Name'] ?? '';
  return { who: lastPart(who), text: `${what}${about === '' ? '' : ` ${short(String(about))}`}` };
};

/** The line; `decision` is what the entry writes down, when it writes a decision. */
export const rowOf = (entry: TrailEntry, decision?: Decision): Row => {
  const { kind, who, what, detail } = entry;
  if (decision !== undefined) {
    const isNamed = decision.service === null || decision.sentence.startsWith(`${decision.service} `);
    return { who: decision.story, text: isNamed ? decision.sentence : `${decision.service}: ${decision.sentence}`, tone: decisionTone(decision) };
  }
  const tone = toneOf(entry);
  switch (kind) {
    case 'happening':
      return { ...happeningRow(entry), tone };
    case 'task':
      return { ...taskRow(entry), tone };
    case 'call':
      return { ...callRow(entry), tone };
    case 'deployment':
      return { who: lastPart(who), text: short(what.replace(/^ECS deployment ecs-svc\/\d+/, `deployment of revision ${String(detail?.['taskDefinition'] ?? '').split(':').at(-1) ?? '?'}`)), tone };
    case 'target':
      return { who: 'load balancer', text: `${short(String(detail?.['target'] ?? ''))} ${what}${typeof detail?.['reason'] === 'string' ? ` · ${detail['reason']}` : ''}`, tone };
    case 'state':
      return { who: who.slice(0, who.indexOf('/')), text: `${what} · ${lastPart(who).slice(0, 8)}`, tone };
    case 'message':
      return { who: who === 'slack' || who === 'mail' ? who : 'sns', text: short(what.replace(/^mail to \S+: /, '').replace(/^published /, 'published: ')), tone };
    default:
      return { who: lastPart(who), text: short(what), tone };
  }
};
