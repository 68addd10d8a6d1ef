// What a webhook names, in GitHub's two shapes and in the short form (R1).
import { describe, expect, it } from 'vitest';
import { pushedPackage } from '../../shared/domain/pushed-package.ts';

describe('pushedPackage', () => {
  it('R1: GitHub names the package by its URL', () => {
    const body = {
      action: 'published',
      registry_package: { name: 'api', namespace: 'team', package_version: { package_url: 'ghcr.io/team/api:latest' } },
      sender: { login: 'ana' },
    };
    expect(pushedPackage(body)).toEqual({ repository: 'ghcr.io/team/api', tag: 'latest', by: 'ana' });
  });

  it('R1: a push of an untagged manifest names no tag', () => {
    const body = { registry_package: { package_version: { package_url: 'ghcr.io/team/api:' } } };
    expect(pushedPackage(body)).toEqual({ repository: 'ghcr.io/team/api', tag: null, by: null });
  });

  it('R1: without a URL owner and name make the reference', () => {
    const body = { package: { name: 'API', namespace: 'Team', package_version: { container_metadata: { tag: { name: 'v2' } } } } };
    expect(pushedPackage(body)).toEqual({ repository: 'ghcr.io/team/api', tag: 'v2', by: null });
  });

  it('R1: any build may send repository and tag', () => {
    expect(pushedPackage({ repository: 'registry.example.com/team/api', tag: 'latest' })).toEqual({
      repository: 'registry.example.com/team/api',
      tag: 'latest',
      by: null,
    });
  });

  it('R1: other events name nothing', () => {
    expect(pushedPackage({ zen: 'Keep it logically awesome.' })).toBeNull();
    expect(pushedPackage('text')).toBeNull();
  });
});
