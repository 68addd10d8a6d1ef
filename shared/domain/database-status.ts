// In which statuses a database answers: it may be busy with a backup or a change of its own (aws-facts D).

const ANSWERING: ReadonlySet<string> = new Set(['available', 'backing-up', 'storage-optimization', 'configuring-enhanced-monitoring', 'configuring-log-exports', 'modifying']);

/** Whether connections are taken in this status. */
export const databaseAnswers = (status: string): boolean => ANSWERING.has(status);
