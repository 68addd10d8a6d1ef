// CloudFormation's configuration sets of SES and where their events go.
import type { ResourceType } from '../../simulated.ts';
import type { EventDestination, PostOffice } from './state.ts';

export const configurationSetType = (office: PostOffice): ResourceType => ({
  replaceOn: ['Name'],
  create: (properties, { generatedName }) => {
    const name: string = properties.Name ?? generatedName(64);
    office.sets.set(name, new Map());
    return { ref: name, attributes: {} };
  },
  update: (made) => made,
  remove: ({ ref }) => void office.sets.delete(ref),
});

interface DestinationProperties {
  readonly ConfigurationSetName: string;
  readonly EventDestination: {
    readonly Name?: string;
    readonly Enabled?: boolean;
    readonly MatchingEventTypes: readonly string[];
    readonly EventBridgeDestination?: { readonly EventBusArn: string };
  };
}

const destinationOf = ({ EventDestination: given }: DestinationProperties, name: string): EventDestination => ({
  name,
  enabled: given.Enabled ?? false,
  // CloudFormation takes both `bounce` and `BOUNCE`.
  types: given.MatchingEventTypes.map((type) => type.toUpperCase()),
  eventBus: given.EventBridgeDestination?.EventBusArn,
});

const put = (office: PostOffice, properties: DestinationProperties, name: string): void => {
  const set = office.sets.get(properties.ConfigurationSetName);
  if (set === undefined) throw new Error(`Configuration set <${properties.ConfigurationSetName}> does not exist.`);
  set.set(name, destinationOf(properties, name));
};

export const eventDestinationType = (office: PostOffice): ResourceType => ({
  replaceOn: ['ConfigurationSetName'],
  create: (properties: DestinationProperties, { generatedName }) => {
    const name = properties.EventDestination.Name ?? generatedName(64);
    put(office, properties, name);
    return { ref: name, attributes: { Id: name } };
  },
  update: (made, properties: DestinationProperties) => {
    put(office, properties, made.ref);
    return made;
  },
  remove: ({ ref }, properties: DestinationProperties) => void office.sets.get(properties.ConfigurationSetName)?.delete(ref),
});
