// What `dayshift cost` prints: a line per resource, the sums, and the team's own figure explained (W12).
import { describe, expect, it } from 'vitest';
import { main } from '../../cli/main.ts';
import { screenOf, withAssembly } from './stage.ts';

const printed = async (platform: string): Promise<string> => {
  const screen = screenOf();
  expect(await withAssembly(platform, () => main(['cost', '--platform', platform], screen.terminal))).toBe(0);
  return screen.out();
};

describe('the bill', () => {
  it('W12: of Wizelit has each resource all the time, with its hours, and the difference, and explains the 55 of the team', async () => {
    const text = await printed('wizelit');
    expect(text).toMatch(/^wizelit-dev in ap-southeast-2, USD per month \(mon-fri 07:00-20:00: at work 39 % of the time\)\n +always {2}w\/ hours {4}saved\n/);
    expect(text).toMatch(/\n {2}Fargate app, 1 x 0\.25 vCPU \/ 0\.5 GB +14\.45 +5\.59 +8\.86\n/);
    expect(text).toMatch(/\n {2}RDS db\.t3\.micro +- +- +- {2}price unknown: rds\.db\.t3\.micro \(13\.14 in us-east-1\)\n/);
    expect(text).toMatch(/\n {2}Sum of what is known +42\.15 +33\.29 +8\.86\n/);
    expect(text).toContain('Prices read 2026-11-21;');
    expect(text).toMatch(/\nAgainst the team's guide \(55\.00 a month\):\n +theirs +ours\n {2}compute +10\.00 +14\.45 {2}the public IPv4 address of each task/);
  });

  it('W12: of CLI Agent Orchestrator explains a range that the team gave', async () => {
    const text = await printed('cli-agent-orchestrator');
    expect(text).toContain("\nAgainst the middle of the team's 151 to 206 (178.50 a month):\n");
    expect(text).toMatch(/\n {2}by use +42\.50 +0\.00 {2}traffic, requests, log volume and users: nobody can tell from a template\n$/);
  });
});
