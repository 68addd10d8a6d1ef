// Which changes of an alarm begin an execution, and which would only cost money (L1, X5).
import { describe, expect, it } from 'vitest';
import { alarmPattern, alarmSample } from '../../shared/contracts/alarm.ts';
import { compilePattern } from '../../local/services/events/pattern.ts';

describe('alarmPattern', () => {
  const matches = compilePattern(alarmPattern('wizelit-dev-'));
  const change = (from: string, to: string, alarmName: string): object => ({
    ...alarmSample,
    resources: [`arn:aws:cloudwatch:us-east-1:123456789012:alarm:${alarmName}`],
    detail: { ...alarmSample.detail, alarmName, state: { ...alarmSample.detail.state, value: to }, previousState: { value: from } },
  });

  it.each([
    ['OK', 'ALARM', true],
    ['INSUFFICIENT_DATA', 'ALARM', true],
    ['ALARM', 'OK', true],
    ['ALARM', 'INSUFFICIENT_DATA', true],
    ['INSUFFICIENT_DATA', 'OK', false],
    ['OK', 'INSUFFICIENT_DATA', false],
  ])('L1 X5: from %s to %s: %s', (from, to, expected) => {
    expect(matches(change(from, to, 'wizelit-dev-api-slow'))).toBe(expected);
  });

  it('L1: alarms of target tracking and of other platforms begin nothing', () => {
    expect(matches(change('OK', 'ALARM', 'TargetTracking-service/wizelit-dev/api-AlarmHigh-1'))).toBe(false);
    expect(matches(change('OK', 'ALARM', 'wizelit-prod-api-slow'))).toBe(false);
  });

  it('L1 X1: the alarm story is never begun by its own failures, and by those of the other stories it is', () => {
    expect(matches(change('OK', 'ALARM', 'wizelit-dev-alarm-story-failed'))).toBe(false);
    expect(matches(change('ALARM', 'OK', 'wizelit-dev-alarm-story-failed'))).toBe(false);
    expect(matches(change('OK', 'ALARM', 'wizelit-dev-redeploy-story-failed'))).toBe(true);
  });
});
