// Addresses of AWS console pages that save a reader the search.

/** CloudWatch's console writes an encoded `%` as `$25`. */
const hashPart = (text: string): string => encodeURIComponent(encodeURIComponent(text)).replaceAll('%', '$');

const console_ = (region: string): string => `https://${region}.console.aws.amazon.com`;

export const alarmLink = (region: string, alarm: string): string =>
  `${console_(region)}/cloudwatch/home?region=${region}#alarmsV2:alarm/${encodeURIComponent(alarm)}`;

/** A log group around an instant: from a quarter of an hour before to five minutes after. */
export const logsLink = (region: string, logGroup: string, around: string): string => {
  const at = Date.parse(around);
  const query = encodeURIComponent(`?start=${at - 900_000}&end=${at + 300_000}`).replaceAll('%', '$');
  return `${console_(region)}/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${hashPart(logGroup)}/log-events${query}`;
};

export const serviceLink = (region: string, cluster: string, serviceName: string): string =>
  `${console_(region)}/ecs/v2/clusters/${encodeURIComponent(cluster)}/services/${encodeURIComponent(serviceName)}/health?region=${region}`;

export const databaseLink = (region: string, identifier: string): string =>
  `${console_(region)}/rds/home?region=${region}#database:id=${encodeURIComponent(identifier)}`;
