// A command as a notice tells it: with platform and stage, so that it works pasted into any terminal (N4, L2).

/** `dayshift wake --platform wizelit --stage dev`; without both, the command line asks which of several platforms is meant. */
export const inTerminal = (command: string, { platform, stage }: { readonly platform: string; readonly stage: string }): string =>
  `dayshift ${command} --platform ${platform} --stage ${stage}`;
