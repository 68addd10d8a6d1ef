// Simulated AWS Certificate Manager: certificates of the templates, issued at once unless a test leaves one waiting for its DNS record.
import { AwsError, type ResourceContext, type SimulatedService } from '../simulated.ts';
import type { World } from '../world.ts';

interface Certificate {
  readonly arn: string;
  readonly domain: string;
  status: 'ISSUED' | 'PENDING_VALIDATION';
}

export interface Acm extends SimulatedService {
  /** Leaves the certificate of a domain waiting for its DNS record, or issues it. */
  validate(domain: string, status: Certificate['status']): void;
}

export const makeAcm = (world: World): Acm => {
  const certificates = new Map<string, Certificate>();
  const arnOf = (id: string): string => `arn:aws:acm:${world.region}:${world.account}:certificate/${id}`;
  const record = (domain: string): object => ({ Name: `_dayshift.${domain}.`, Type: 'CNAME', Value: '_validation.acm-validations.aws.' });
  return {
    signingName: 'acm',
    support: {
      does: ['certificates of the templates with their DNS record, ListCertificates, DescribeCertificate'],
      doesNot: [
        'waiting for validation while a stack is created',
        'imported certificates, renewal, expiry',
        "certificates that a platform file names by ARN: they are nobody's in a rehearsal",
      ],
    },
    operations: {
      ListCertificates: {
        needs: () => [{ action: 'acm:ListCertificates', resource: '*' }],
        run: () => ({
          CertificateSummaryList: [...certificates.values()].map(({ arn, domain, status }) => ({
            CertificateArn: arn,
            DomainName: domain,
            Status: status,
          })),
        }),
      },
      DescribeCertificate: {
        needs: ({ CertificateArn }: { CertificateArn: string }) => [{ action: 'acm:DescribeCertificate', resource: CertificateArn }],
        run: ({ CertificateArn }: { CertificateArn: string }) => {
          const found = certificates.get(CertificateArn);
          if (found === undefined) throw new AwsError('ResourceNotFoundException', `Could not find certificate ${CertificateArn}.`, 400);
          const ValidationStatus = found.status === 'ISSUED' ? 'SUCCESS' : 'PENDING_VALIDATION';
          return {
            Certificate: {
              CertificateArn,
              DomainName: found.domain,
              Status: found.status,
              DomainValidationOptions: [{ DomainName: found.domain, ValidationStatus, ResourceRecord: record(found.domain) }],
            },
          };
        },
      },
    },
    resources: {
      'AWS::CertificateManager::Certificate': {
        replaceOn: ['DomainName', 'SubjectAlternativeNames', 'ValidationMethod', 'KeyAlgorithm'],
        create: (properties: { readonly DomainName: string }, _context: ResourceContext) => {
          const arn = arnOf(world.random.stream('acm').uuid());
          certificates.set(arn, { arn, domain: properties.DomainName, status: 'ISSUED' });
          return { ref: arn, attributes: {} };
        },
        update: (made) => made,
        remove: ({ ref }) => void certificates.delete(ref),
      },
    },
    validate: (domain, status) => {
      for (const certificate of certificates.values()) if (certificate.domain === domain) certificate.status = status;
    },
  };
};
