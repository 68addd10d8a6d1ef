// Event source mappings in Lambda's API: list, look, pause and change.
import type { Operation } from '../../simulated.ts';
import type { World } from '../../world.ts';
import type { EventSources, Mapping, MappingSettings } from './event-sources.ts';
import type { FunctionStore } from './functions.ts';
import { mappingView } from './views.ts';

const mappingArn = (world: World, id: string): string => `arn:aws:lambda:${world.region}:${world.account}:event-source-mapping:${id}`;

const changesOf = (input: any): Partial<MappingSettings> => ({
  ...(input.Enabled === undefined ? {} : { enabled: input.Enabled }),
  ...(input.BatchSize === undefined ? {} : { batchSize: input.BatchSize }),
  ...(input.MaximumBatchingWindowInSeconds === undefined ? {} : { windowSeconds: input.MaximumBatchingWindowInSeconds }),
});

export const mappingOperations = (store: FunctionStore, sources: EventSources): Readonly<Record<string, Operation>> => {
  const asked = ({ FunctionName, EventSourceArn }: any): readonly Mapping[] =>
    sources
      .all()
      .filter(({ settings }) => FunctionName === undefined || store.arnOf(settings.functionName) === store.arnOf(FunctionName))
      .filter(({ settings }) => EventSourceArn === undefined || settings.eventSourceArn === EventSourceArn);
  return {
    ListEventSourceMappings: {
      needs: () => [{ action: 'lambda:ListEventSourceMappings', resource: '*' }],
      run: (input, { world }) => ({ EventSourceMappings: asked(input).map((mapping) => mappingView(world, store, mapping)) }),
    },
    GetEventSourceMapping: {
      needs: ({ UUID }, world) => [{ action: 'lambda:GetEventSourceMapping', resource: mappingArn(world, UUID) }],
      run: ({ UUID }, { world }) => mappingView(world, store, sources.get(UUID)),
    },
    UpdateEventSourceMapping: {
      needs: ({ UUID }, world) => [{ action: 'lambda:UpdateEventSourceMapping', resource: mappingArn(world, UUID) }],
      run: (input, { world }) => mappingView(world, store, sources.change(input.UUID, changesOf(input))),
    },
  };
};
