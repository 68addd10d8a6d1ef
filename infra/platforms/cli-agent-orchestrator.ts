// CLI Agent Orchestrator: 2 to 10 sticky tasks behind Cognito, sessions in DynamoDB with Redis before it, a reduced night.
import { platform } from '../../shared/contracts/platform.ts';

export const cliAgentOrchestrator = platform({
  name: 'cli-agent-orchestrator',
  title: 'CLI Agent Orchestrator',
  region: 'us-east-1',

  // `tasks: 'endpoints'` swaps the NAT gateway for VPC endpoints.
  network: { cidr: '10.0.0.0/16', zones: 2, tasks: 'private', natGateways: 1, endpoints: ['s3', 'dynamodb'] },
  cluster: { name: 'cao-cluster', insights: 'on' },

  services: {
    server: {
      serviceName: 'cao-service',
      cpu: '1 vCPU',
      memory: '2 GiB',
      containers: {
        server: {
          image: { repository: 'cli-agent-orchestrator', tag: 'latest' },
          port: 9889,
          environment: {
            PORT: '9889',
            USER_POOL_ID: '{signIn.poolId}',
            DYNAMODB_TABLE: '{tables.sessions.name}',
            REDIS_HOST: '{caches.cache.host}',
            REDIS_PORT: '{caches.cache.port}',
          },
        },
      },
      routes: [{ path: '/*', health: { path: '/health' } }],
      sticky: { cookie: 'cao-session', for: '1 hour' },
      count: { min: 2, max: 10 },
      scaling: { cpu: 70, requests: 1000, in: '60 seconds', out: '60 seconds' },
      // 'with-fallback' buys most tasks on Spot.
      spot: 'never',
      offHours: { min: 1, max: 1 },
      needs: ['cache'],
      may: { tables: ['sessions'] },
      logs: { group: '/ecs/cao-server', keep: '1 week' },
    },
  },

  tables: {
    sessions: { tableName: 'cao-sessions', partition: 'session_id', expires: 'ttl', pointInTimeRecovery: true },
  },

  caches: {
    cache: { engine: 'redis', node: 'cache.t3.micro' },
  },

  repositories: {
    'cli-agent-orchestrator': { keep: 10 },
  },

  signIn: {
    passwordLength: 12,
    temporary: '3 days',
    threatProtection: true,
    callbacks: ['https://cao.example.com/callback'],
    identityPool: true,
  },

  hours: { words: 'daily 06:00-22:00', timeZone: 'America/New_York' },
  notices: { emails: ['ops@cao.example'], slack: { secret: 'cli-agent-orchestrator/slack' } },

  outputs: { LoadBalancerDNS: '{loadBalancer.dns}' },
  // Tables, traffic and logs vary with use: their own range is from 151 to 206.
  estimate: { source: 'the middle of the team\'s 151 to 206', parts: { compute: 60, cache: 12, 'load balancer': 22, network: 32, watching: 10, 'by use': 42.5 } },
  settings: {
    region: ['region'],
    vpc_cidr: ['network.cidr'],
    tasks: ['network.tasks'],
    spot: ['services.server.spot'],
    log_retention: ['services.server.logs.keep'],
  },
});
