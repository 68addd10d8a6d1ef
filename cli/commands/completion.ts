// `dayshift completion`: the completion script of a shell, written from the commands themselves.
import { completionScript, shells, type Shell } from '../../shared/domain/completion.ts';
import { meant } from '../../shared/domain/nearest-names.ts';
import { WrongUse, type Command } from '../command.ts';
import { knownPlatforms, stages } from '../platform.ts';

export const completion: Command = {
  name: 'completion',
  summary: 'The completion script for bash, zsh or fish',
  usage: 'completion bash|zsh|fish',
  options: {},
  example: 'source <(npx dayshift completion bash)',
  run: async (_values, [asked = ''], terminal) => {
    const shell = shells.find((known): known is Shell => known === asked);
    if (shell === undefined)
      throw new WrongUse(`${asked === '' ? 'Which shell?' : `There is no completion for ${asked}.`} ${meant(asked, shells)}`);
    const { commands } = await import('../commands.ts');
    const all = await Promise.all(Object.values(commands).map((load) => load()));
    const described = all.map(({ name, summary, options }) => ({
      name,
      summary,
      options: Object.entries(options).map(([option, { help, type }]) => ({ name: option, help, takesValue: type === 'string' })),
    }));
    terminal.out(completionScript(shell, { commands: described, platforms: knownPlatforms(), stages }));
    return 0;
  },
};
