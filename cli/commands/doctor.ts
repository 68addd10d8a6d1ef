// `dayshift doctor`: everything around the platform that can be wrong, checked at once, each with its remedy (K8, A9).
import { examine, type Finding } from '../../shared/domain/doctor.ts';
import { atPlace, jsonOption } from '../at-place.ts';
import { noMore } from '../command.ts';
import { gatherDoctor } from '../gather-doctor.ts';
import { labelled, lines, type Tone } from '../layout.ts';
import type { Terminal } from '../terminal.ts';

const tones: Readonly<Record<Finding['verdict'], Tone>> = { fine: 'good', warning: 'warning', trouble: 'bad', skipped: 'quiet' };
const marks: Readonly<Record<Finding['verdict'], string>> = { fine: 'ok', warning: 'mind', trouble: 'mend', skipped: 'not asked' };
const LABEL = 18;

const show = (terminal: Terminal, findings: readonly Finding[]): string => {
  const rows = findings.flatMap(({ check, verdict, says, remedy }) => [
    labelled(terminal, check, `${verdict === 'fine' ? '' : `${marks[verdict]}: `}${says}`, tones[verdict], LABEL),
    ...(remedy === null ? [] : [labelled(terminal, '', remedy, 'plain', LABEL)]),
  ]);
  const count = (verdict: Finding['verdict']): number => findings.filter((finding) => finding.verdict === verdict).length;
  const sum = `${count('fine')} ok, ${count('warning')} to mind, ${count('trouble')} to mend, ${count('skipped')} not asked`;
  return lines(rows, '', sum);
};

export const doctor = atPlace(
  {
    name: 'doctor',
    summary: 'Checks everything around the platform, each with its remedy',
    usage: 'doctor [--platform NAME] [--stage STAGE] [--json]',
    options: jsonOption,
    example: 'npx dayshift doctor --platform managed-chatkit',
  },
  async ({ place, values, positionals, terminal }) => {
    noMore(positionals);
    const findings = examine(await gatherDoctor(place, terminal.environment['AWS_REGION'] ?? terminal.environment['AWS_DEFAULT_REGION']));
    terminal.out(values['json'] === true ? `${JSON.stringify(findings, null, 2)}\n` : show(terminal, findings));
    return findings.some(({ verdict }) => verdict === 'trouble') ? 1 : 0;
  },
);
