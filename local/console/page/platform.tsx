// The platform at the instant looked at: services with their tasks, databases and caches, alarms, stacks.
import type { Store } from './store.ts';
import type { AlarmView, PlatformView, ServiceView, TaskView } from './view.ts';
import { digestWords, minuteWords } from './words.ts';

const taskTone = ({ status, healthy }: TaskView): string => {
  if (status === 'RUNNING') return healthy === false ? 'warn' : 'good';
  return status === 'STOPPING' || status === 'DEACTIVATING' || status === 'DEPROVISIONING' || status === 'STOPPED' ? 'leaving' : 'coming';
};

const Tasks = ({ service }: { readonly service: ServiceView }) => {
  if (service.tasks.length === 0) return <span class="soft">no task</span>;
  return (
    <ul class="tasks">
      {service.tasks.map((task) => (
        <li key={task.id} class={`task task-${taskTone(task)}`} title={`task ${task.id.slice(0, 8)} · ${task.status} · revision ${task.revision} · ${digestWords(task.digest)}`}>
          <span class="dot" aria-hidden="true" />
          <span class="mono">{task.revision}</span> <span class="status">{task.status.toLowerCase()}</span>
        </li>
      ))}
    </ul>
  );
};

const rolloutWords: Readonly<Record<string, string>> = { IN_PROGRESS: 'rolling out', FAILED: 'failed', COMPLETED: '' };

const Service = ({ store, service }: { readonly store: Store; readonly service: ServiceView }) => {
  const { bounds, desired, running, rollout } = service;
  const healthy = service.targets.filter((state) => state === 'healthy').length;
  return (
    <article class={`service ${desired === 0 ? 'at-rest' : ''}`} aria-label={`service ${service.name}`}>
      <header>
        <h3><button type="button" class="name" title={`Show the timeline of ${service.name}`} onClick={() => store.go({ words: service.serviceName })}>{service.name}</button></h3>
        {rolloutWords[rollout] !== '' && <span class={`pill ${rollout === 'FAILED' ? 'tone-bad' : 'tone-warn'}`}>{rolloutWords[rollout] ?? rollout.toLowerCase()}</span>}
        <span class="count" title="running of desired"><strong>{running}</strong>/{desired}</span>
      </header>
      <dl class="facts">
        <div><dt>revision</dt><dd class="mono">{service.revision === 0 ? '–' : service.revision}</dd></div>
        <div><dt>digest</dt><dd class="mono">{digestWords(service.digest) || '–'}</dd></div>
        <div><dt>bounds</dt><dd class="mono">{bounds === null ? 'fixed' : `${bounds.min}–${bounds.max}`}{bounds?.suspended === true && <span class="soft"> held</span>}</dd></div>
        <div><dt>targets</dt><dd class="mono">{service.targets.length === 0 ? '–' : `${healthy}/${service.targets.length}`}</dd></div>
      </dl>
      <Tasks service={service} />
    </article>
  );
};

const storeTone = (status: string): string => (status === 'available' ? 'good' : /stop|paus|delet|missing/.test(status) ? 'leaving' : 'coming');

const Stores = ({ view }: { readonly view: PlatformView }) => {
  if (view.stores.length === 0) return null;
  return (
    <section aria-label="Databases and caches">
      <h2>Data</h2>
      <ul class="plain-list">
        {view.stores.map(({ name, kind, status }) => (
          <li key={`${kind} ${name}`} class={`row task-${storeTone(status)}`}><span class="dot" aria-hidden="true" /><span>{name}</span> <span class="soft">{kind}</span><span class="end">{status}</span></li>
        ))}
      </ul>
    </section>
  );
};

const Alarm = ({ store, alarm, prefix }: { readonly store: Store; readonly alarm: AlarmView; readonly prefix: string }) => (
  <li class={`row alarm-${alarm.state}`} title={alarm.reason}>
    <span class="dot" aria-hidden="true" />
    <button type="button" class="name" onClick={() => store.go({ words: alarm.name })}>{alarm.name.replace(prefix, '')}</button>
    <span class="end soft">{alarm.state === 'ALARM' ? `since ${minuteWords(alarm.since, store.zone)}` : alarm.state === 'OK' ? 'OK' : 'no data'}</span>
  </li>
);

const Alarms = ({ store, view }: { readonly store: Store; readonly view: PlatformView }) => {
  const prefix = store.world?.manifest?.alarmPrefix ?? '';
  const firing = view.alarms.filter(({ state }) => state === 'ALARM');
  const calm = view.alarms.filter(({ state }) => state !== 'ALARM');
  return (
    <section aria-label="Alarms">
      <h2>Alarms <span class={firing.length > 0 ? 'pill tone-bad' : 'soft'}>{firing.length === 0 ? `${calm.length} quiet` : `${firing.length} in alarm`}</span></h2>
      <ul class="plain-list">{firing.map((alarm) => <Alarm key={alarm.name} store={store} alarm={alarm} prefix={prefix} />)}</ul>
      {calm.length > 0 && (
        <details open>
          <summary>{firing.length === 0 ? 'all of them' : `${calm.length} quiet`}</summary>
          <ul class="plain-list">{calm.map((alarm) => <Alarm key={alarm.name} store={store} alarm={alarm} prefix={prefix} />)}</ul>
        </details>
      )}
    </section>
  );
};

const Stacks = ({ view }: { readonly view: PlatformView }) => (
  <section aria-label="Stacks">
    <details>
      <summary>{view.stacks.length} stacks</summary>
      <ul class="plain-list">
        {view.stacks.map(({ name, status }) => (
          <li key={name} class={`row task-${/FAILED|ROLLBACK/.test(status) ? 'warn' : status.endsWith('COMPLETE') ? 'good' : 'coming'}`}><span class="dot" aria-hidden="true" /><span>{name}</span><span class="end soft">{status.toLowerCase().replaceAll('_', ' ')}</span></li>
        ))}
      </ul>
    </details>
  </section>
);

const Problems = ({ store }: { readonly store: Store }) => {
  const problems = store.world?.problems ?? [];
  if (problems.length === 0) return null;
  return (
    <section aria-label="Problems of the rehearsal">
      <details>
        <summary class="tone-bad">{problems.length} problems of the rehearsal itself</summary>
        <ul class="plain-list">{problems.map(({ at, message }, index) => <li key={index}>{minuteWords(at, store.zone)} {message.split('\n')[0]}</li>)}</ul>
      </details>
    </section>
  );
};

export const Platform = ({ store, view }: { readonly store: Store; readonly view: PlatformView | null }) => (
  <section class="platform" aria-label="Platform" tabIndex={0}>
    {view === null ? <p class="soft">Asking the world…</p> : (
      <>
        <section aria-label="Services">
          <h2>Services</h2>
          {view.services.length === 0 && <p class="soft">This account has no platform yet. Deploy one: <code>npx cdk deploy --all</code>.</p>}
          {view.services.map((service) => <Service key={service.name} store={store} service={service} />)}
        </section>
        <Stores view={view} />
        <Alarms store={store} view={view} />
        <Stacks view={view} />
        <Problems store={store} />
      </>
    )}
  </section>
);
