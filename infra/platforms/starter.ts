// The smallest useful platform: one web service on a public address. Copy this file, change the names; docs/platform-file.md has the rest.
import { platform } from '../../shared/contracts/platform.ts';

export const starter = platform({
  // Begins every name in AWS, together with the stage: starter-dev, starter-prod.
  name: 'starter',
  title: 'My first platform',
  region: 'eu-central-1',

  // Tasks get a public address and only the load balancer may speak to them: no NAT gateway to pay for.
  network: { tasks: 'public' },

  services: {
    web: {
      containers: {
        web: {
          // An ECR repository of this name is made. Push an image with the tag `latest` and it rolls out by itself.
          image: { repository: 'starter-web', tag: 'latest' },
          // The port your program listens on.
          port: 8080,
        },
      },
      // Everything on the site goes to this service; a task is well when /health answers 200.
      routes: [{ path: '/*', health: { path: '/health' } }],
      // A quarter CPU and half a GiB is what tasks get when you say nothing. One task is enough to begin with.
      count: 1,
      // `npx dayshift shell` opens a shell in a running task, except in prod. Remove the line and nobody can.
      shell: 'outside-prod',
    },
  },

  // Outside these hours nothing runs, and in the morning all is back as it was. Remove the line and it never sleeps.
  hours: { words: 'mon-fri 08:00-18:00', timeZone: 'Europe/Berlin' },

  // Who hears of rollouts, alarms and nights. Each address must confirm once.
  notices: { emails: ['you@example.com'] },

  // What differs between stages, when the stage's own decisions are not enough.
  stages: {
    prod: { services: { web: { count: { min: 2, max: 6 }, scaling: { cpu: 70 } } } },
  },
});
