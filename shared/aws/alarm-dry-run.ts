// What the alarm story would do now, without doing it (X6): every alarm that fires, and every one the board still keeps.
import { decide, type Asked } from '../domain/alarm-report.ts';
import { emptyBoard, type Board } from '../domain/incident.ts';
import { alarmIntention, type Intention } from '../domain/intention.ts';
import type { Manifest } from '../domain/manifest.ts';
import type { Alarms, Evidence, Ledger } from '../ports.ts';
import type { FiringAlarm } from './firing-alarms.ts';

export interface AlarmDryRunPorts {
  readonly alarms: Alarms;
  readonly evidence: Pick<Evidence, 'circumstances'>;
  readonly ledger: Pick<Ledger, 'recall'>;
  readonly firing: (prefix: string) => Promise<readonly FiringAlarm[]>;
}

/** CloudWatch describes so many alarms by name at once. */
const AT_ONCE = 100;

/** One intention per alarm, the platform's own only. */
export const wouldReport = async (manifest: Manifest, ports: AlarmDryRunPorts, at: string): Promise<readonly Intention[]> => {
  const [firing, entry, known] = await Promise.all([
    ports.firing(manifest.alarmPrefix),
    ports.ledger.recall('board', 'alarms'),
    ports.evidence.circumstances(at, null),
  ]);
  const board = entry?.value ?? emptyBoard;
  const open = board.incidents.filter(({ closedAt }) => closedAt === null).flatMap(({ alarms }) => Object.keys(alarms));
  const names = [...new Set([...firing.map(({ name }) => name), ...open, ...Object.keys(board.quiet)])].sort();
  const standing = await describeAll(ports.alarms, names);
  return names.map((name) => {
    const alarm = standing.find((described) => described.name === name) ?? null;
    return alarmIntention(name, decide(question(name, board, at), alarm, board, known, manifest));
  });
};

const describeAll = async (alarms: Alarms, names: readonly string[]): ReturnType<Alarms['describe']> => {
  const parts: string[][] = [];
  for (let from = 0; from < names.length; from += AT_ONCE) parts.push(names.slice(from, from + AT_ONCE));
  return (await Promise.all(parts.map((part) => alarms.describe(part)))).flat();
};

/** A quiet alarm is looked at as at the end of its explanation; any other as if its event came now. */
const question = (alarm: string, board: Board, at: string): Asked => {
  const quiet = board.quiet[alarm];
  if (quiet === undefined) return { alarm, event: null, look: null, execution: 'dry-run', at };
  return { alarm, event: null, look: { kind: 'quiet', alarm, since: quiet.since, incident: null }, execution: quiet.execution, at };
};
