// CloudFormation's IAM types: roles, inline and managed policies, OIDC providers, instance profiles.
import type { Made, PolicyDocument, ResourceContext, ResourceType } from '../../simulated.ts';
import type { RoleRecord, RoleStore } from './roles.ts';

interface RoleProperties {
  readonly RoleName?: string;
  readonly Path?: string;
  readonly AssumeRolePolicyDocument: PolicyDocument;
  readonly Policies?: readonly { readonly PolicyName: string; readonly PolicyDocument: PolicyDocument }[];
  readonly ManagedPolicyArns?: readonly string[];
  readonly PermissionsBoundary?: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}

interface PolicyProperties {
  readonly PolicyName: string;
  readonly PolicyDocument: PolicyDocument;
  readonly Roles?: readonly string[];
}

interface ManagedPolicyProperties {
  readonly ManagedPolicyName?: string;
  readonly Path?: string;
  readonly PolicyDocument: PolicyDocument;
  readonly Roles?: readonly string[];
}

const attributes = (made: Made, name: string): string => String(made.attributes[name]);

/** Sets everything a role resource declares; inline policies that other resources attached stay. */
const declare = (role: RoleRecord, properties: RoleProperties, before: RoleProperties | undefined): void => {
  role.trust = properties.AssumeRolePolicyDocument;
  role.boundaryArn = properties.PermissionsBoundary;
  role.tags = Object.fromEntries((properties.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
  for (const { PolicyName } of before?.Policies ?? []) role.inline.delete(PolicyName);
  for (const { PolicyName, PolicyDocument } of properties.Policies ?? []) role.inline.set(PolicyName, PolicyDocument);
  for (const arn of before?.ManagedPolicyArns ?? []) role.attached.delete(arn);
  for (const arn of properties.ManagedPolicyArns ?? []) role.attached.add(arn);
};

const roleType = (store: RoleStore): ResourceType => ({
  replaceOn: ['RoleName', 'Path'],
  create: (properties: RoleProperties, context) => {
    const name = properties.RoleName ?? context.generatedName(64);
    const arn = `arn:aws:iam::${context.world.account}:role${properties.Path ?? '/'}${name}`;
    const id = `AROA${context.world.random.stream('iam').hex(17).toUpperCase()}`;
    const role: RoleRecord = { arn, id, name, trust: undefined, boundaryArn: undefined, tags: {}, inline: new Map(), attached: new Set() };
    declare(role, properties, undefined);
    store.put(role);
    return { ref: name, attributes: { Arn: arn, RoleId: id } };
  },
  update: (made, properties: RoleProperties, before: RoleProperties) => {
    const role = store.byArn(attributes(made, 'Arn'));
    declare(role, properties, before);
    store.changed(role);
    return made;
  },
  remove: (made) => store.remove(attributes(made, 'Arn')),
});

const setInline = (store: RoleStore, names: readonly string[] | undefined, policy: string, document: PolicyDocument | undefined): void => {
  for (const name of names ?? []) {
    const role = store.byName(name);
    if (document === undefined) role.inline.delete(policy);
    else role.inline.set(policy, document);
    store.changed(role);
  }
};

const inlinePolicyType = (store: RoleStore): ResourceType => ({
  replaceOn: ['PolicyName'],
  create: (properties: PolicyProperties, context) => {
    setInline(store, properties.Roles, properties.PolicyName, properties.PolicyDocument);
    const id = context.generatedName(128);
    return { ref: id, attributes: { Id: id } };
  },
  update: (made, properties: PolicyProperties, before: PolicyProperties) => {
    setInline(store, before.Roles, before.PolicyName, undefined);
    setInline(store, properties.Roles, properties.PolicyName, properties.PolicyDocument);
    return made;
  },
  remove: (_, properties: PolicyProperties) => {
    const left = properties.Roles?.filter((name) => store.all().some((role) => role.name === name));
    setInline(store, left, properties.PolicyName, undefined);
  },
});

const setAttached = (store: RoleStore, names: readonly string[] | undefined, arn: string, attach: boolean): void => {
  for (const name of names ?? []) {
    const role = store.byName(name);
    if (attach) role.attached.add(arn);
    else role.attached.delete(arn);
    store.changed(role);
  }
};

const managedPolicyType = (store: RoleStore): ResourceType => ({
  replaceOn: ['ManagedPolicyName', 'Path', 'Description'],
  create: (properties: ManagedPolicyProperties, context) => {
    const name = properties.ManagedPolicyName ?? context.generatedName(128);
    const arn = `arn:aws:iam::${context.world.account}:policy${properties.Path ?? '/'}${name}`;
    store.putManaged(arn, properties.PolicyDocument);
    setAttached(store, properties.Roles, arn, true);
    return { ref: arn, attributes: { PolicyArn: arn } };
  },
  update: (made, properties: ManagedPolicyProperties, before: ManagedPolicyProperties) => {
    store.putManaged(made.ref, properties.PolicyDocument);
    setAttached(store, before.Roles, made.ref, false);
    setAttached(store, properties.Roles, made.ref, true);
    return made;
  },
  remove: (made, properties: ManagedPolicyProperties) => {
    const left = properties.Roles?.filter((name) => store.all().some((role) => role.name === name));
    setAttached(store, left, made.ref, false);
    store.removeManaged(made.ref);
  },
});

const oidcProvider = (providers: Set<string>): ResourceType => ({
  replaceOn: ['Url'],
  create: (properties: { readonly Url: string }, { world }: ResourceContext) => {
    const arn = `arn:aws:iam::${world.account}:oidc-provider/${properties.Url.replace(/^https:\/\//, '')}`;
    providers.add(arn);
    return { ref: arn, attributes: { Arn: arn } };
  },
  update: (made) => made,
  remove: ({ ref }) => void providers.delete(ref),
});

const instanceProfile: ResourceType = {
  replaceOn: ['InstanceProfileName', 'Path'],
  create: (properties: { readonly InstanceProfileName?: string; readonly Path?: string }, context: ResourceContext) => {
    const name = properties.InstanceProfileName ?? context.generatedName(128);
    return { ref: name, attributes: { Arn: `arn:aws:iam::${context.world.account}:instance-profile${properties.Path ?? '/'}${name}` } };
  },
  update: (made) => made,
};

/** `providers` takes the ARNs of the identity providers that stand. */
export const iamResources = (store: RoleStore, providers: Set<string>): Readonly<Record<string, ResourceType>> => ({
  'AWS::IAM::Role': roleType(store),
  'AWS::IAM::Policy': inlinePolicyType(store),
  'AWS::IAM::RolePolicy': {
    replaceOn: ['PolicyName', 'RoleName'],
    create: (properties: { readonly RoleName: string; readonly PolicyName: string; readonly PolicyDocument: PolicyDocument }) => {
      setInline(store, [properties.RoleName], properties.PolicyName, properties.PolicyDocument);
      return { ref: `${properties.PolicyName}|${properties.RoleName}`, attributes: {} };
    },
    update: (made, properties: { readonly RoleName: string; readonly PolicyName: string; readonly PolicyDocument: PolicyDocument }) => {
      setInline(store, [properties.RoleName], properties.PolicyName, properties.PolicyDocument);
      return made;
    },
    remove: (_, properties: { readonly RoleName: string; readonly PolicyName: string }) => {
      const left = store.all().filter((role) => role.name === properties.RoleName);
      setInline(store, left.map((role) => role.name), properties.PolicyName, undefined);
    },
  },
  'AWS::IAM::ManagedPolicy': managedPolicyType(store),
  'AWS::IAM::OIDCProvider': oidcProvider(providers),
  'AWS::IAM::InstanceProfile': instanceProfile,
});
