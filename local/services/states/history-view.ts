// An execution's history as GetExecutionHistory shows it: payloads as JSON text, details under the name of their type.
import type { HistoryEvent } from '../../asl/history.ts';

const stateEvent = /State(Entered|Exited)$/;

/** Payload members that travel as JSON text. */
const payloads = ['input', 'output', 'parameters'];

const textual = (name: string, value: unknown): unknown => {
  if (name === 'assignedVariables') {
    return Object.fromEntries(Object.entries(value as object).map(([variable, content]) => [variable, JSON.stringify(content)]));
  }
  return payloads.includes(name) ? JSON.stringify(value) : value;
};

const detailsName = (type: string): string => {
  const [, which] = stateEvent.exec(type) ?? [];
  if (which !== undefined) return `state${which}EventDetails`;
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
};

export const viewEvent =
  (region: string, includeData: boolean) =>
  ({ id, previousEventId, timestamp, type, details }: HistoryEvent): Record<string, unknown> => {
    const event: Record<string, unknown> = { id, previousEventId, timestamp: new Date(timestamp), type };
    if (details === undefined) return event;
    const shown: Record<string, unknown> = type === 'TaskScheduled' ? { region } : {};
    for (const [name, value] of Object.entries(details)) {
      if (value === undefined || (!includeData && (payloads.includes(name) || name === 'assignedVariables'))) continue;
      shown[name] = textual(name, value);
      if (name === 'input' || name === 'output') shown[`${name}Details`] = { truncated: false };
    }
    event[detailsName(type)] = shown;
    return event;
  };
