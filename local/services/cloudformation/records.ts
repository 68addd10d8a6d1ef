// Resource types nothing in a rehearsal acts on: they exist as records whose Ref and attributes look as AWS's do.
import type { Made, ResourceContext, ResourceType } from '../../simulated.ts';
import { nameSuffix } from './evaluation.ts';

type Properties = Readonly<Record<string, any>>;

interface RecordSpec {
  /** What Ref answers; the generated name when left out. */
  readonly ref?: (properties: Properties, context: ResourceContext) => string;
  /** What Fn::GetAtt answers. */
  readonly attributes?: (ref: string, properties: Properties, context: ResourceContext) => Readonly<Record<string, unknown>>;
  readonly replaceOn?: readonly string[];
}

const recordType = ({ ref, attributes, replaceOn = [] }: RecordSpec): ResourceType => {
  const describe = (made: string, properties: Properties, context: ResourceContext): Made => ({
    ref: made,
    attributes: attributes?.(made, properties, context) ?? {},
  });
  return {
    replaceOn,
    create: (properties, context) => describe(ref?.(properties, context) ?? context.generatedName(), properties, context),
    update: (made, properties, _, context) => describe(made.ref, properties, context),
  };
};

const arn = (service: string, resource: string, { world }: ResourceContext): string =>
  `arn:${world.partition}:${service}:${world.region}:${world.account}:${resource}`;

/** A lower-case hexadecimal id as AWS makes them, e.g. `fs-0123456789abcdef0`; the same in every rehearsal. */
const hexId = (context: ResourceContext, digits: number): string =>
  Buffer.from(nameSuffix(context.generatedName())).toString('hex').slice(0, digits).padEnd(digits, '0');

const uuidOf = (context: ResourceContext): string => {
  const hex = hexId(context, 24).padEnd(32, '4');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join('-');
};

const storage: Readonly<Record<string, RecordSpec>> = {
  'AWS::S3::BucketPolicy': { ref: (properties) => properties.Bucket, replaceOn: ['Bucket'] },
  'AWS::EFS::FileSystem': {
    ref: (_, context) => `fs-${hexId(context, 17)}`,
    attributes: (ref, _, context) => ({ FileSystemId: ref, Arn: arn('elasticfilesystem', `file-system/${ref}`, context) }),
    replaceOn: ['Encrypted', 'KmsKeyId', 'PerformanceMode', 'AvailabilityZoneName'],
  },
  'AWS::EFS::MountTarget': {
    ref: (_, context) => `fsmt-${hexId(context, 17)}`,
    attributes: (ref) => ({ Id: ref, IpAddress: '10.0.0.10' }),
    replaceOn: ['FileSystemId', 'SubnetId', 'IpAddress'],
  },
  'AWS::EFS::AccessPoint': {
    ref: (_, context) => `fsap-${hexId(context, 17)}`,
    attributes: (ref, _, context) => ({ AccessPointId: ref, Arn: arn('elasticfilesystem', `access-point/${ref}`, context) }),
    replaceOn: ['FileSystemId', 'PosixUser', 'RootDirectory'],
  },
  'AWS::Backup::BackupVault': {
    ref: (properties) => properties.BackupVaultName,
    attributes: (ref, _, context) => ({ BackupVaultName: ref, BackupVaultArn: arn('backup', `backup-vault:${ref}`, context) }),
    replaceOn: ['BackupVaultName'],
  },
  'AWS::Backup::BackupPlan': {
    ref: (_, context) => uuidOf(context),
    attributes: (ref, _, context) => ({
      BackupPlanId: ref,
      BackupPlanArn: arn('backup', `backup-plan:${ref}`, context),
      VersionId: hexId(context, 12),
    }),
  },
  'AWS::Backup::BackupSelection': {
    ref: (properties, context) => `${uuidOf(context)}|${properties.BackupPlanId}`,
    attributes: (ref, properties) => ({ Id: ref, SelectionId: ref.split('|')[0], BackupPlanId: properties.BackupPlanId }),
    replaceOn: ['BackupPlanId', 'BackupSelection'],
  },
};

const names: Readonly<Record<string, RecordSpec>> = {
  'AWS::Route53::RecordSet': { ref: (properties) => properties.Name, replaceOn: ['Name', 'HostedZoneId', 'HostedZoneName'] },
  'AWS::Route53::HostedZone': {
    ref: (_, context) => `Z${nameSuffix(context.generatedName())}`,
    attributes: (ref) => ({ Id: ref, NameServers: [1, 2, 3, 4].map((server) => `ns-${server}.awsdns-0${server}.com`) }),
    replaceOn: ['Name'],
  },
  'AWS::ServiceDiscovery::PrivateDnsNamespace': {
    ref: (_, context) => `ns-${hexId(context, 16)}`,
    attributes: (ref, _, context) => ({
      Id: ref,
      Arn: arn('servicediscovery', `namespace/${ref}`, context),
      HostedZoneId: `Z${nameSuffix(ref)}`,
    }),
    replaceOn: ['Name', 'Vpc'],
  },
  'AWS::ServiceDiscovery::HttpNamespace': {
    ref: (_, context) => `ns-${hexId(context, 16)}`,
    attributes: (ref, _, context) => ({ Id: ref, Arn: arn('servicediscovery', `namespace/${ref}`, context) }),
    replaceOn: ['Name'],
  },
  'AWS::ServiceDiscovery::Service': {
    ref: (_, context) => `srv-${hexId(context, 16)}`,
    attributes: (ref, properties, context) => ({ Id: ref, Name: properties.Name, Arn: arn('servicediscovery', `service/${ref}`, context) }),
    replaceOn: ['Name', 'NamespaceId'],
  },
};

const identity: Readonly<Record<string, RecordSpec>> = {
  'AWS::Cognito::UserPool': {
    ref: (_, context) => `${context.world.region}_${nameSuffix(context.generatedName()).slice(0, 9)}`,
    attributes: (ref, _, context) => ({
      UserPoolId: ref,
      Arn: arn('cognito-idp', `userpool/${ref}`, context),
      ProviderName: `cognito-idp.${context.world.region}.amazonaws.com/${ref}`,
      ProviderURL: `https://cognito-idp.${context.world.region}.amazonaws.com/${ref}`,
    }),
    replaceOn: ['AliasAttributes', 'UsernameAttributes', 'UsernameConfiguration'],
  },
  'AWS::Cognito::UserPoolClient': {
    ref: (_, context) => hexId(context, 24),
    attributes: (ref) => ({ ClientId: ref, Name: ref, ClientSecret: `${ref}${ref}` }),
    replaceOn: ['UserPoolId', 'GenerateSecret'],
  },
  'AWS::Cognito::UserPoolDomain': {
    ref: (properties) => properties.Domain,
    attributes: () => ({ CloudFrontDistribution: 'd111111abcdef8.cloudfront.net' }),
    replaceOn: ['UserPoolId', 'Domain'],
  },
  'AWS::Cognito::UserPoolGroup': {
    ref: (properties, context) => properties.GroupName ?? context.generatedName(),
    replaceOn: ['UserPoolId', 'GroupName'],
  },
  'AWS::Cognito::UserPoolIdentityProvider': {
    ref: (properties) => properties.ProviderName,
    replaceOn: ['UserPoolId', 'ProviderName', 'ProviderType'],
  },
  'AWS::Cognito::UserPoolResourceServer': { ref: (properties) => properties.Identifier, replaceOn: ['UserPoolId', 'Identifier'] },
  'AWS::Cognito::ManagedLoginBranding': {
    ref: (properties, context) => `${properties.UserPoolId}|${uuidOf(context)}`,
    attributes: (ref) => ({ ManagedLoginBrandingId: ref.split('|')[1] }),
    replaceOn: ['UserPoolId', 'ClientId'],
  },
  'AWS::Cognito::UserPoolRiskConfigurationAttachment': {
    ref: (properties) => `${properties.UserPoolId}|${properties.ClientId}`,
    replaceOn: ['UserPoolId', 'ClientId'],
  },
  'AWS::Cognito::IdentityPool': {
    ref: (_, context) => `${context.world.region}:${uuidOf(context)}`,
    attributes: (ref, properties) => ({ Id: ref, Name: properties.IdentityPoolName ?? ref }),
  },
  'AWS::Cognito::IdentityPoolRoleAttachment': {
    ref: (properties) => `IdentityPoolRoleAttachment-${properties.IdentityPoolId}`,
    attributes: (ref) => ({ Id: ref }),
    replaceOn: ['IdentityPoolId'],
  },
  'AWS::KMS::Key': {
    ref: (_, context) => uuidOf(context),
    attributes: (ref, _, context) => ({ KeyId: ref, Arn: arn('kms', `key/${ref}`, context) }),
  },
  'AWS::KMS::Alias': { ref: (properties) => properties.AliasName, replaceOn: ['AliasName'] },
};

const protection: Readonly<Record<string, RecordSpec>> = {
  'AWS::WAFv2::WebACL': {
    ref: (properties, context) => `${properties.Name ?? context.generatedName()}|${uuidOf(context)}|${properties.Scope}`,
    attributes: (ref, properties, context) => {
      const [name, id] = ref.split('|');
      return {
        Id: id,
        Arn: arn('wafv2', `regional/webacl/${name}/${id}`, context),
        Capacity: (properties.Rules ?? []).length,
        LabelNamespace: `awswaf:${name}:`,
      };
    },
    replaceOn: ['Name', 'Scope'],
  },
  'AWS::WAFv2::WebACLAssociation': {
    ref: (properties) => `${properties.WebACLArn}|${properties.ResourceArn}`,
    replaceOn: ['WebACLArn', 'ResourceArn'],
  },
  'AWS::WAFv2::LoggingConfiguration': { ref: (properties) => properties.ResourceArn, replaceOn: ['ResourceArn'] },
  'AWS::WAFv2::IPSet': {
    ref: (properties, context) => `${properties.Name ?? context.generatedName()}|${uuidOf(context)}|${properties.Scope}`,
    attributes: (ref, _, context) => ({
      Id: ref.split('|')[1],
      Arn: arn('wafv2', `regional/ipset/${ref.split('|').slice(0, 2).join('/')}`, context),
    }),
    replaceOn: ['Name', 'Scope', 'IPAddressVersion'],
  },
};

const bookkeeping: Readonly<Record<string, RecordSpec>> = {
  'AWS::CDK::Metadata': {},
  'AWS::CloudFormation::WaitConditionHandle': {},
  'AWS::ResourceGroups::Group': {
    ref: (properties) => properties.Name,
    attributes: (ref, _, context) => ({ Arn: arn('resource-groups', `group/${ref}`, context) }),
  },
  'AWS::Chatbot::SlackChannelConfiguration': {
    ref: (properties, { world }) =>
      `arn:${world.partition}:chatbot::${world.account}:chat-configuration/slack-channel/${properties.ConfigurationName}`,
    attributes: (ref) => ({ Arn: ref }),
    replaceOn: ['ConfigurationName'],
  },
  // CDK's own handlers (emptying the default security group, emptying a bucket before it goes): nothing in a rehearsal depends on them.
  'Custom::VpcRestrictDefaultSG': {},
  'Custom::S3AutoDeleteObjects': {},
};

/** Every record type. */
export const recordTypes: Readonly<Record<string, ResourceType>> = Object.fromEntries(
  Object.entries({ ...storage, ...names, ...identity, ...protection, ...bookkeeping }).map(([type, spec]) => [type, recordType(spec)]),
);
