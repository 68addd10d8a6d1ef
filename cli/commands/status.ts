// `dayshift status`: the platform on one screen (W10): services, images, tasks, health, scaling, sleep, alarms, rollouts.
import { statusReport } from '../../shared/domain/status.ts';
import { atPlace, jsonOption } from '../at-place.ts';
import { noMore } from '../command.ts';
import { gatherStatus } from '../gather-status.ts';
import { showStatus } from '../show-status.ts';

export const status = atPlace(
  {
    name: 'status',
    summary: 'The platform on one screen: services, images, health, hours, alarms',
    usage: 'status [--platform NAME] [--stage STAGE] [--json]',
    options: jsonOption,
    example: 'npx dayshift status --platform wizelit --stage prod',
  },
  async ({ place, values, positionals, terminal }) => {
    noMore(positionals);
    const at = place.now();
    const report = statusReport(await gatherStatus(place, at), at);
    terminal.out(values['json'] === true ? `${JSON.stringify(report, null, 2)}\n` : showStatus(terminal, report));
    return 0;
  },
);
