// What doctor asks the account: bootstrap version, quotas, confirmed subscriptions, GitHub trust, certificate, missing permissions.
import { ACMClient, DescribeCertificateCommand, ListCertificatesCommand } from '@aws-sdk/client-acm';
import { GetRoleCommand, IAMClient, ListOpenIDConnectProvidersCommand, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { ListServiceQuotasCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { client, type ClientHost } from './clients.ts';
import { attempt } from './failure.ts';

export interface Quota {
  readonly service: string;
  readonly name: string;
}

export interface CertificateState {
  readonly status: string;
  /** DNS records that prove the domain, `name CNAME value`. */
  readonly records: readonly string[];
}

const SERVICE_PAGES = 10;

/** Applied quotas by their names in Service Quotas; a name AWS does not know is absent. */
export const quotas =
  (host: ClientHost) =>
  async (wanted: readonly Quota[]): Promise<ReadonlyMap<string, number>> => {
    const manager = client(ServiceQuotasClient, host);
    const found = new Map<string, number>();
    for (const service of new Set(wanted.map((quota) => quota.service))) {
      let NextToken: string | undefined;
      for (let page = 0; page < SERVICE_PAGES; page += 1) {
        const command = new ListServiceQuotasCommand({
          ServiceCode: service,
          MaxResults: 100,
          ...(NextToken === undefined ? {} : { NextToken }),
        });
        const answer = await attempt('servicequotas:ListServiceQuotas', service, () => manager.send(command));
        for (const { QuotaName, Value } of answer.Quotas ?? []) {
          if (Value !== undefined && wanted.some(({ name }) => name === QuotaName)) found.set(QuotaName ?? '', Value);
        }
        NextToken = answer.NextToken;
        if (NextToken === undefined) break;
      }
    }
    return found;
  };

/** E-mail subscriptions of a topic; an unconfirmed one has no ARN yet. */
export const emailSubscriptions =
  (host: ClientHost) =>
  async (TopicArn: string): Promise<readonly { readonly endpoint: string; readonly confirmed: boolean }[]> => {
    const sns = client(SNSClient, host);
    const { Subscriptions } = await attempt('sns:ListSubscriptionsByTopic', TopicArn, () =>
      sns.send(new ListSubscriptionsByTopicCommand({ TopicArn })),
    );
    return (Subscriptions ?? [])
      .filter(({ Protocol }) => Protocol === 'email')
      .map(({ Endpoint, SubscriptionArn }) => ({ endpoint: Endpoint ?? '', confirmed: SubscriptionArn?.startsWith('arn:') === true }));
  };

/** Whether the account knows GitHub's issuer, and which subjects the role trusts. */
export const githubTrust =
  (host: ClientHost) =>
  async (roleName: string): Promise<{ readonly provider: boolean; readonly subjects: readonly string[] }> => {
    const iam = client(IAMClient, host);
    const providers = await attempt('iam:ListOpenIDConnectProviders', 'the account', () =>
      iam.send(new ListOpenIDConnectProvidersCommand({})),
    );
    const { Role } = await attempt('iam:GetRole', roleName, () => iam.send(new GetRoleCommand({ RoleName: roleName })));
    const trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '');
    return {
      provider: (providers.OpenIDConnectProviderList ?? []).some(({ Arn }) =>
        Arn?.endsWith('oidc-provider/token.actions.githubusercontent.com'),
      ),
      subjects: [...trust.matchAll(/"(repo:[^"]+)"/g)].map(([, subject]) => subject ?? ''),
    };
  };

/** A certificate by ARN, or the newest of a domain; null when there is none. */
export const certificateState =
  (host: ClientHost) =>
  async (asked: { readonly arn: string | null; readonly domain: string }): Promise<CertificateState | null> => {
    const acm = client(ACMClient, host);
    const arn = asked.arn ?? (await ofDomain(acm, asked.domain));
    if (arn === undefined) return null;
    const { Certificate } = await attempt('acm:DescribeCertificate', arn, () =>
      acm.send(new DescribeCertificateCommand({ CertificateArn: arn })),
    );
    const records = (Certificate?.DomainValidationOptions ?? []).flatMap(({ ResourceRecord, ValidationStatus }) =>
      ResourceRecord === undefined || ValidationStatus === 'SUCCESS'
        ? []
        : [`${ResourceRecord.Name ?? ''} ${ResourceRecord.Type ?? ''} ${ResourceRecord.Value ?? ''}`],
    );
    return { status: Certificate?.Status ?? 'UNKNOWN', records };
  };

const ofDomain = async (acm: ACMClient, domain: string): Promise<string | undefined> => {
  const { CertificateSummaryList } = await attempt('acm:ListCertificates', domain, () =>
    acm.send(new ListCertificatesCommand({ MaxItems: 100 })),
  );
  return (CertificateSummaryList ?? []).find(({ DomainName }) => DomainName === domain)?.CertificateArn;
};

export interface Wanted {
  readonly actions: readonly string[];
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

/** Which of the wanted actions the caller may not do, by policy simulation (iam:SimulatePrincipalPolicy must be allowed). */
export const deniedActions =
  (host: ClientHost) =>
  async (principal: string, wanted: readonly Wanted[]): Promise<readonly { readonly action: string; readonly resource: string }[]> => {
    const iam = client(IAMClient, host);
    const denied: { action: string; resource: string }[] = [];
    for (const { actions, resource, context } of wanted) {
      const command = new SimulatePrincipalPolicyCommand({
        PolicySourceArn: principal,
        ActionNames: [...actions],
        ResourceArns: [resource],
        ContextEntries: Object.entries(context).map(([ContextKeyName, value]) => ({
          ContextKeyName,
          ContextKeyType: 'string',
          ContextKeyValues: [value],
        })),
      });
      const { EvaluationResults } = await attempt('iam:SimulatePrincipalPolicy', principal, () => iam.send(command));
      for (const { EvalActionName, EvalDecision } of EvaluationResults ?? [])
        if (EvalDecision !== 'allowed') denied.push({ action: EvalActionName ?? '', resource });
    }
    return denied;
  };

/** The user or role behind an STS ARN; a role's path is not part of it. */
export const principalOf = (arn: string): string => {
  const [, account, role] = /^arn:aws:sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  return role === undefined ? arn : `arn:aws:iam::${account}:role/${role}`;
};
