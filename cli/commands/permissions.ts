// `dayshift permissions`: the IAM policy somebody needs for some commands on this platform, and nothing more (X2).
import { needs, policyFor } from '../../shared/domain/command-permissions.ts';
import { meant } from '../../shared/domain/nearest-names.ts';
import { fillables } from '../../shared/domain/unfilled-secrets.ts';
import { WrongUse, type Command, type Option } from '../command.ts';
import { platformOptions, synthesized } from '../platform.ts';

const options: Readonly<Record<string, Option>> = {
  ...platformOptions,
  account: { type: 'string', value: 'ID', help: 'the AWS account (default: 111122223333, to be replaced)', default: '111122223333' },
};

export const permissions: Command = {
  name: 'permissions',
  summary: 'The IAM policy that some commands need, and nothing more',
  usage: 'permissions [COMMAND…] [--account ID] [--platform NAME] [--stage STAGE]',
  options,
  example: 'npx dayshift permissions status logs why history --account 111122223333',
  run: async (values, positionals, terminal) => {
    const known = Object.keys(needs);
    for (const name of positionals)
      if (!known.includes(name)) throw new WrongUse(`${name} needs nothing on AWS, or is no command. ${meant(name, known)}`);
    const { manifest, file } = await synthesized(values, { reuse: true });
    const scope = { manifest, account: String(values['account']), secrets: fillables(file, manifest).map(({ secret }) => secret) };
    terminal.out(`${JSON.stringify(policyFor(positionals.length === 0 ? known : positionals, scope), null, 2)}\n`);
    return 0;
  },
};
