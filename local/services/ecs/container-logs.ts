// Log lines of containers, where the awslogs driver puts them: group of the definition, stream prefix/container/task.
import type { World } from '../../world.ts';
import { startLines } from './container-behaviour.ts';
import type { Container, Task } from './model.ts';

export const startLogs = (world: World, task: Task, container: Container): void =>
  writeLines(world, task, container, startLines(container.behaviour!));

export const writeLines = (world: World, task: Task, container: Container, lines: readonly string[]): void => {
  const log = container.definition.logConfiguration;
  if (log?.logDriver !== 'awslogs') return;
  const group = log.options?.['awslogs-group'] ?? '';
  const stream = `${log.options?.['awslogs-stream-prefix'] ?? 'ecs'}/${container.name}/${task.id}`;
  for (const line of lines) world.services.logs.write(group, stream, line);
};
