// What a platform has that things can happen to: repositories, alarms, schedules, functions, and the calls its functions make.
import type { Manifest, WatchedImage } from '../../shared/domain/manifest.ts';
import { loadAssembly } from '../services/cloudformation/assembly.ts';

export interface Subjects {
  readonly images: readonly { readonly repository: string; readonly registry: 'ecr' | 'oci'; readonly tag: WatchedImage['tag'] }[];
  readonly services: readonly string[];
  readonly databases: readonly string[];
  /** Alarms on a metric with a threshold above which they ring. */
  readonly alarms: readonly { readonly name: string; readonly threshold: number }[];
  readonly schedules: readonly string[];
  readonly functions: readonly string[];
  /** Who may press buttons in Slack, by Slack id; nobody where there is no app. */
  readonly people: readonly string[];
  /** Addresses that Amazon SES writes to; none where mail goes through SNS. */
  readonly mailboxes: readonly string[];
}

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

const named = (resources: readonly Resource[], type: string, property: string): readonly string[] =>
  resources.flatMap(({ Type, Properties }) => {
    const name = Type === type ? Properties?.[property] : undefined;
    return typeof name === 'string' ? [name] : [];
  });

const isDoor = ({ Type, Properties }: Resource): boolean => Type === 'AWS::Lambda::Function' && String(Properties?.['Description']).startsWith('Door ');

const risingAlarms = (resources: readonly Resource[], manifest: Manifest): Subjects['alarms'] =>
  resources.flatMap(({ Type, Properties = {} }) => {
    const { AlarmName: name, Threshold: threshold, ComparisonOperator: comparison } = Properties;
    const rises = Type === 'AWS::CloudWatch::Alarm' && String(comparison).startsWith('GreaterThan') && typeof threshold === 'number';
    return rises && typeof name === 'string' && name.startsWith(manifest.alarmPrefix) ? [{ name, threshold }] : [];
  });

const watchedImages = ({ services }: Manifest): Subjects['images'] => {
  const all = services.flatMap(({ containers }) => containers).flatMap(({ image }) => (image === null ? [] : [image]));
  return all.filter(({ repository }, index) => all.findIndex((other) => other.repository === repository) === index);
};

/** The members of a user group are known to Slack only: mara is one of each (local/rehearsal/deploy.ts). */
const pressing = ({ notices: { slack, allow = {} } }: Manifest): readonly string[] =>
  slack === null ? [] : [...new Set(Object.values(allow).flat().map((id) => (id.startsWith('S') ? 'mara' : id)))];

/** Everything a week can be about, in the order of the templates. */
export const subjectsOf = (assembly: string, manifest: Manifest): Subjects => {
  const resources = loadAssembly(assembly).stacks.flatMap(({ template }) => Object.values(template.Resources ?? {}) as readonly Resource[]);
  return {
    images: watchedImages(manifest),
    services: manifest.services.map(({ name }) => name),
    databases: manifest.databases.map(({ name }) => name),
    alarms: risingAlarms(resources, manifest),
    schedules: named(resources, 'AWS::Scheduler::Schedule', 'Name'),
    functions: named(resources.filter(isDoor), 'AWS::Lambda::Function', 'FunctionName'),
    people: pressing(manifest),
    mailboxes: manifest.notices.mail == null ? [] : manifest.notices.emails,
  };
};
