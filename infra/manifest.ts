// The platform as its own automation will see it: names, sizes, needs and rules, without anything that only AWS knows.
import type {
  Manifest,
  ManifestCache,
  ManifestContainer,
  ManifestDatabase,
  ManifestService,
  WatchedImage,
} from '../shared/domain/manifest.ts';
import type { CalendarHours, Hours } from '../shared/domain/hours.ts';
import type { Cache, Container, Database, Image, Platform, Service, Stage } from '../shared/domain/platform.ts';
import { answerTo, hasScalableTarget, isPublic } from '../shared/domain/wiring.ts';
import { alarmRows } from './alarms.ts';
import {
  alarmPrefix,
  asleepParameter,
  cacheIdentifier,
  clusterName,
  databaseIdentifier,
  type Deployment,
  deploymentOf,
  imageParameter,
  loadBalancerName,
  logGroupName,
  repositoryName,
  serviceName,
} from './names.ts';
import { isMultiAz } from './stage.ts';

const watched = (deployment: Deployment, image: Image): WatchedImage | null => {
  switch (image.kind) {
    case 'fixed':
      return null;
    case 'registry':
      return { registry: 'oci', repository: image.repository, tag: image.tag };
    case 'repository':
      return { registry: 'ecr', repository: repositoryName(deployment, image.repository), tag: image.tag, own: true };
    case 'existing':
      return { registry: 'ecr', repository: repositoryName(deployment, image.repository), tag: image.tag };
  }
};

const containerOf = (deployment: Deployment, service: string, name: string, { image }: Container): ManifestContainer => {
  const source = watched(deployment, image);
  return { name, image: source, parameter: source === null ? null : imageParameter(deployment, service, name) };
};

const routesOf = (service: Service): ManifestService['routes'] =>
  service.routes.flatMap((route) => {
    const answer = answerTo(service, route.container);
    return answer === null ? [] : [{ path: route.path, ...(route.host === null ? {} : { host: route.host }), containerPort: answer.port }];
  });

const rolloutOf = (deployment: Deployment, name: string, service: Service): ManifestService['rollout'] => {
  const { rollout } = service;
  const routed = [...new Set(service.routes.flatMap((route) => answerTo(service, route.container)?.container ?? []))];
  // Only names are wanted here, and they do not depend on what AWS calls its target groups.
  const rows = alarmRows(deployment, { loadBalancer: '', targets: routed.map((container) => ({ service: name, container, group: '' })) });
  return {
    graceSeconds: service.graceSeconds,
    deadlineSeconds: rollout.deadlineSeconds,
    bakeSeconds: rollout.bakeSeconds,
    alarms: rollout.watchAlarms ? rows.filter((row) => row.service === name && row.endsRollout).map((row) => row.name) : [],
    group: rollout.group,
    smoke:
      rollout.smoke === null
        ? null
        : { path: rollout.smoke.path, status: rollout.smoke.status, ...(rollout.smoke.text === null ? {} : { text: rollout.smoke.text }) },
    gates: rollout.gates,
    ...(rollout.proveAsleep === null ? {} : { proveAsleep: rollout.proveAsleep }),
  };
};

const serviceOf = (deployment: Deployment, name: string, service: Service): ManifestService => ({
  name,
  serviceName: serviceName(deployment, name, service),
  family: serviceName(deployment, name, service),
  logGroup: logGroupName(deployment, name, service),
  containers: Object.entries(service.containers).map(([container, described]) => containerOf(deployment, name, container, described)),
  count: { desired: service.count.start, min: service.count.min, max: service.count.max, scaling: hasScalableTarget(service) },
  size: {
    cpu: service.cpu,
    memory: service.memory,
    spot: service.spot !== 'never',
    ...(service.spot === 'with-fallback' ? { fallback: true } : {}),
    architecture: service.architecture,
  },
  needs: service.needs,
  offHours: service.offHours,
  routes: routesOf(service),
  rollout: rolloutOf(deployment, name, service),
});

const databaseOf = (deployment: Deployment, name: string, database: Database): ManifestDatabase => ({
  name,
  kind: database.kind === 'postgres' ? 'instance' : 'aurora-serverless',
  identifier: databaseIdentifier(deployment, name, database),
  instanceClass: database.kind === 'postgres' ? database.class : 'db.serverless',
  multiAz: isMultiAz(deployment.stage, database),
  storageGiB: database.storage,
  offHours: database.offHours,
});

const cacheOf = (deployment: Deployment, name: string, cache: Cache): ManifestCache => ({
  name,
  identifier: cacheIdentifier(deployment, name, cache),
  nodeType: cache.node,
  engine: cache.engine,
  offHours: cache.offHours,
});

/** Hours as the stories need them: dates only. */
const plain = (hours: CalendarHours | null): Hours | null => {
  if (hours === null) return null;
  const { calendars: _calendars, ...rest } = hours;
  return rest;
};

/** The manifest of a platform in one stage; a pure function of both. */
export const manifestOf = (platform: Platform, stage: Stage): Manifest => {
  const deployment = deploymentOf(platform, stage);
  return {
    version: 1,
    id: deployment.id,
    platform: platform.name,
    title: platform.title,
    stage,
    region: platform.region,
    cluster: clusterName(deployment),
    loadBalancer: isPublic(platform) ? loadBalancerName(deployment) : null,
    site: platform.domain === null ? null : `https://${platform.domain.name}`,
    hours: plain(platform.hours),
    ...(platform.nights === null ? {} : { nights: platform.nights }),
    asleepParameter: asleepParameter(deployment),
    services: Object.entries(platform.services).map(([name, service]) => serviceOf(deployment, name, service)),
    databases: Object.entries(platform.databases).map(([name, database]) => databaseOf(deployment, name, database)),
    caches: Object.entries(platform.caches).map(([name, cache]) => cacheOf(deployment, name, cache)),
    alarmPrefix: alarmPrefix(deployment),
    notices: platform.notices,
    freezes: plain(platform.freezes),
    ...(platform.quarantine === 'account' ? { quarantine: 'account' as const } : {}),
  };
};
