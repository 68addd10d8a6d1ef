// Whether a person may open a shell in a service's tasks (ECS Exec): a switch of the platform file, in prod only when it says so.
import type { Service, Stage } from './platform.ts';

/** Whether tasks of the service are started with ECS Exec in this stage. */
export const takesShells = ({ shell }: Pick<Service, 'shell'>, stage: Stage): boolean =>
  shell === 'always' || (shell === 'outside-prod' && stage !== 'prod');

/** How somebody switches it on, as it is for the service now. */
export const shellRemedy = (name: string, { shell }: Pick<Service, 'shell'>, stage: Stage): string => {
  const wanted = stage === 'prod' ? 'always' : 'outside-prod';
  const field = `services.${name}.shell`;
  if (takesShells({ shell }, stage))
    return [
      `The platform file allows it (${field}: '${shell}'), but this task was started before:`,
      'run dayshift up, which starts new tasks, and repeat the command.',
    ].join(' ');
  return [
    `Write ${field}: '${wanted}' in the platform file and run dayshift up:`,
    "it grants the task role Session Manager's channels and starts new tasks.",
    ...(stage === 'prod' ? ['Mind that it lets people into production; what they type is kept in the log group of the service.'] : []),
  ].join(' ');
};
