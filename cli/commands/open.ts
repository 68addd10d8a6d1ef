// `dayshift open`: the site in the browser; on a terminal without one, its address (W10).
import { balancerAddress } from '../../shared/aws/balancer-address.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { platformNow } from '../../shared/aws/night-state.ts';
import { atPlace } from '../at-place.ts';
import { noMore } from '../command.ts';
import { notPossible } from '../failure.ts';
import type { Place } from '../place.ts';
import { runTool } from '../run-tool.ts';

const opener = (): { readonly tool: string; readonly args: readonly string[] } => {
  if (process.platform === 'darwin') return { tool: 'open', args: [] };
  return process.platform === 'win32' ? { tool: 'cmd', args: ['/c', 'start', ''] } : { tool: 'xdg-open', args: [] };
};

const addressOf = async ({ manifest, host }: Place): Promise<string> => {
  if (manifest.site !== null) return manifest.site;
  if (manifest.loadBalancer === null)
    throw notPossible(`${manifest.id} has no public route: nothing to open. Give a service routes in the platform file.`);
  return `http://${await balancerAddress(host)(manifest.loadBalancer)}`;
};

const sleeps = async ({ host }: Place): Promise<boolean> => (await platformNow(ledger(host))).value.state === 'asleep';

export const open = atPlace(
  {
    name: 'open',
    summary: 'Opens the site in the browser',
    usage: 'open [--print] [--platform NAME] [--stage STAGE]',
    options: { print: { type: 'boolean', help: 'only print the address' } },
    example: 'npx dayshift open --platform wizelit',
  },
  async ({ place, values, positionals, terminal }) => {
    noMore(positionals);
    const address = await addressOf(place);
    terminal.out(`${address}\n`);
    if (address.startsWith('http://'))
      terminal.err(
        'Plain HTTP: browsers withhold crypto.randomUUID, the clipboard and service workers. A domain in the platform file brings HTTPS.\n',
      );
    if (await sleeps(place)) terminal.err('It sleeps: a person who opens it wakes it, and sees how far the waking is.\n');
    if (values['print'] === true || place.kind === 'local' || !terminal.interactive) return 0;
    const { tool, args } = opener();
    await runTool(tool, [...args, address], { detached: true });
    return 0;
  },
);
