// Granted and never used, with the reason: each line of the permission report that is no grant too many.

interface Explanation {
  /** Matches `role: action` without the platform's prefix. */
  readonly grant: RegExp;
  readonly why: string;
}

export const explanations: readonly Explanation[] = [
  { grant: /-machine: logs:/, why: 'Step Functions sets up its log delivery with these when the machine is created; the rehearsal keeps histories without a log group' },
  { grant: /^[a-z]+-(abandon|tell|snapshot): /, why: 'doors of the last resort and of gates this platform has not switched on: nothing reaches them while the stories end well' },
  { grant: /: dynamodb:(ConditionCheckItem|GetItem|PutItem|UpdateItem|Query)$/, why: 'the ledger is granted per port, read or write, on the one table: a door may use less of its port than the port offers' },
  { grant: /-schedules: sqs:SendMessage$/, why: 'EventBridge Scheduler parks a firing that cannot be delivered for 24 hours; starting a machine never fails so long' },
  { grant: /: logs:(CreateLogStream|PutLogEvents)$/, why: 'every function may write its log; this one was never invoked' },
  { grant: /: sns:Publish$/, why: 'the notices port, for what a story says only when it is in trouble' },
  { grant: /: cloudwatch:GetMetricWidgetImage$/, why: 'graphs below Slack messages, for workspaces with a bot token; the rehearsed workspace has an incoming webhook' },
  { grant: /^notices-(slack|email): sqs:/, why: 'parks and postpones messages when Slack or Amazon SES is down longer than the queue waits' },
  { grant: /^reconcile-nights: (ecs:|application-autoscaling:)/, why: 'raises what a deploy in the night left at zero' },
  { grant: /^reconcile-nights: rds:Start/, why: 'starts a database that did not come up in the morning' },
  { grant: /^(sleep|wake)-advance: application-autoscaling:RegisterScalableTarget$/, why: 'this platform scales no service: there is no bound to move' },
  { grant: /^(sleep|wake)-advance: ecs:UpdateService$/, why: 'every service of this platform scales: its bounds move it (RegisterScalableTarget), and UpdateService is for services without bounds' },
  { grant: /^sleep-finish: (ecs:DescribeServices|ecs:UpdateService|rds:DescribeDBInstances)$/, why: 'in a night that is looked after again, and where an evening went to other capacity: neither came in the days played' },
  { grant: /^wake-advance: states:StartExecution$/, why: 'rolls out in the morning what was pushed at night: nothing was, in the days played' },
  { grant: /^wake-finish: elasticloadbalancing:DeleteRule$/, why: 'takes the waking page away: nothing public of this platform goes down at night, unless a deploy changed that since the evening' },
  { grant: /^wake-visit: states:StartExecution$/, why: 'a visit at night starts the waking: nobody came, in the days played' },
  { grant: /^redeploy-webhook: /, why: 'a registry outside AWS that calls by webhook; the rehearsed one is asked by poll' },
  { grant: /^data-CustomS3AutoDeleteObjects\S*: logs:/, why: "the CDK's own function that empties buckets when a stack is deleted: nothing was deleted" },
  { grant: /^reconcile-(releases|nights): states:StartExecution$/, why: 'starts a story where an event or an edge was lost: none was, in the days played' },
  { grant: /^redeploy-decide: states:SendTaskSuccess$/, why: 'ends the wait of a rollout that is superseded while it watches' },
  { grant: /^redeploy-watch: ecs:DescribeTaskDefinition$/, why: 'read when a rollout was taken over by another revision' },
];

/** Splits the unused grants of a platform into those with a reason and those without. */
export const explained = (neverUsed: readonly string[], platformId: string): { readonly because: ReadonlyMap<string, string>; readonly unexplained: readonly string[] } => {
  const because = new Map<string, string>();
  const unexplained: string[] = [];
  for (const grant of neverUsed) {
    const found = explanations.find((one) => one.grant.test(grant.replace(`${platformId}-`, '')));
    if (found === undefined) unexplained.push(grant);
    else because.set(grant, found.why);
  }
  return { because, unexplained };
};
