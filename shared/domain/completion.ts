// Completion for bash, zsh and fish, written from the commands themselves: names, options, platforms, stages and services.

export interface Completable {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly { readonly name: string; readonly help: string; readonly takesValue: boolean }[];
}

export interface Words {
  readonly commands: readonly Completable[];
  readonly platforms: readonly string[];
  readonly stages: readonly string[];
}

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** The script of a shell, to be evaluated by it. */
export const completionScript = (shell: Shell, words: Words): string => {
  switch (shell) {
    case 'bash':
      return bash(words);
    case 'zsh':
      return zsh(words);
    case 'fish':
      return fish(words);
  }
};

const flags = ({ options }: Completable): string => options.map(({ name }) => `--${name}`).join(' ');

const bash = ({ commands, platforms, stages }: Words): string => `_dayshift() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" options=""
  case "$before" in
    --platform) COMPREPLY=($(compgen -W "${platforms.join(' ')}" -- "$word")); return ;;
    --stage) COMPREPLY=($(compgen -W "${stages.join(' ')}" -- "$word")); return ;;
    --day|--context|--out) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')}" -- "$word")); return
  fi
  case "\${COMP_WORDS[1]}" in
${commands.map((command) => `    ${command.name}) options="${flags(command)} --help" ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$options" -- "$word"))
}
complete -F _dayshift dayshift
`;

const quoted = (text: string): string => text.replaceAll("'", "'\\''").replaceAll('[', '(').replaceAll(']', ')').replaceAll(':', ' ');

const zsh = ({ commands, platforms, stages }: Words): string => `#compdef dayshift
_dayshift() {
  local -a names
  names=(
${commands.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`).join('\n')}
  )
  if (( CURRENT == 2 )); then _describe 'command' names; return; fi
  case "$words[2]" in
${commands.map((command) => `    ${command.name}) _arguments ${command.options.map((option) => zshOption(option, platforms, stages)).join(' ')} '*: :' ;;`).join('\n')}
  esac
}
compdef _dayshift dayshift
`;

const zshOption = (
  { name, help, takesValue }: Completable['options'][number],
  platforms: readonly string[],
  stages: readonly string[],
): string => {
  const values =
    name === 'platform'
      ? `(${platforms.join(' ')})`
      : name === 'stage'
        ? `(${stages.join(' ')})`
        : ['day', 'context', 'out'].includes(name)
          ? '_files'
          : ' ';
  return `'--${name}[${quoted(help)}]${takesValue ? `:${name}:${values}` : ''}'`;
};

const fish = ({ commands, platforms, stages }: Words): string =>
  [
    'complete -c dayshift -f',
    ...commands.map(({ name, summary }) => `complete -c dayshift -n __fish_use_subcommand -a ${name} -d '${fishQuoted(summary)}'`),
    ...commands.flatMap(({ name, options }) =>
      options.map(
        (option) =>
          `complete -c dayshift -n '__fish_seen_subcommand_from ${name}' -l ${option.name} -d '${fishQuoted(option.help)}'${fishValues(option, platforms, stages)}`,
      ),
    ),
    '',
  ].join('\n');

const fishQuoted = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");

const fishValues = (
  { name, takesValue }: Completable['options'][number],
  platforms: readonly string[],
  stages: readonly string[],
): string => {
  if (!takesValue) return '';
  if (name === 'platform') return ` -x -a '${platforms.join(' ')}'`;
  if (name === 'stage') return ` -x -a '${stages.join(' ')}'`;
  return ['day', 'context', 'out'].includes(name) ? ' -r -F' : ' -x';
};
