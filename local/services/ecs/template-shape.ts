// Turns CloudFormation's spelling of ECS properties into the API's: first letters small, but not inside maps that callers name themselves.
const MAPS: readonly string[] = ['Options', 'DockerLabels', 'DriverOpts', 'Labels'];

const SPECIAL: Readonly<Record<string, string>> = {
  EFSVolumeConfiguration: 'efsVolumeConfiguration',
  FSxWindowsFileServerVolumeConfiguration: 'fsxWindowsFileServerVolumeConfiguration',
  FilesystemId: 'fileSystemId',
  IAM: 'iam',
};

const small = (name: string): string => SPECIAL[name] ?? `${name.charAt(0).toLowerCase()}${name.slice(1)}`;

export const apiShape = (value: any): any => {
  if (Array.isArray(value)) return value.map(apiShape);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [small(name), MAPS.includes(name) ? inner : apiShape(inner)]));
};
