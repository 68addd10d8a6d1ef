// What a person can do to the world: push, fire an alarm, visit, break something, start a story.
import type { ComponentChildren } from 'preact';
import type { Manifest, ManifestService } from '../../../shared/domain/manifest.ts';
import { closeMenu, Menu } from './menu.tsx';
import { imageWords } from './rows.ts';
import { keys } from './shortcuts.ts';
import type { Store } from './store.ts';

const images = ['good', 'slow', 'crashes', 'crashes-late', 'never-healthy', 'raises-5xx', 'out-of-memory', 'wrong-architecture', 'missing'] as const;

/** Asks for a happening and closes the menu when the world agreed. */
const happen = async (store: Store, event: Event, kind: string, value: unknown): Promise<void> => {
  const place = event.currentTarget as Element;
  store.go({ at: null, seq: null });
  if (await store.order('happen', { [kind]: value })) closeMenu(place);
};

const valuesOf = (event: SubmitEvent): Readonly<Record<string, string>> => {
  event.preventDefault();
  return Object.fromEntries([...new FormData(event.currentTarget as HTMLFormElement, event.submitter)].map(([name, value]) => [name, typeof value === 'string' ? value : '']));
};

const Field = ({ label, children }: { readonly label: string; readonly children: ComponentChildren }) => <label><span>{label}</span>{children}</label>;

const repositoriesOf = ({ services }: Manifest): readonly { readonly repository: string; readonly tag: string }[] => {
  const all = services.flatMap(({ containers }) => containers.flatMap(({ image }) => (image === null ? [] : [{ repository: image.repository, tag: image.tag.kind === 'fixed' ? image.tag.value : '' }])));
  return all.filter((one, index) => all.findIndex(({ repository }) => repository === one.repository) === index);
};

const PushMenu = ({ store, manifest }: { readonly store: Store; readonly manifest: Manifest }) => {
  const repositories = repositoriesOf(manifest);
  const push = (event: SubmitEvent): void => {
    const { repository = '', tags = '', image = 'good' } = valuesOf(event);
    const asked = tags.split(/[\s,]+/).filter((tag) => tag !== '');
    const usual = repositories.find((one) => one.repository === repository)?.tag ?? '';
    void happen(store, event, 'push', { repository, tags: asked.length === 0 ? [usual === '' ? 'latest' : usual] : asked, image });
  };
  return (
    <Menu id="menu-push" label="Push" hint="Push an image">
      <form onSubmit={push}>
        <Field label="Repository"><select name="repository">{repositories.map(({ repository }) => <option key={repository}>{repository}</option>)}</select></Field>
        <Field label="Tags"><input name="tags" placeholder={repositories[0]?.tag || 'latest'} autocomplete="off" /></Field>
        <Field label="An image that"><select name="image">{images.map((image) => <option key={image} value={image}>{imageWords(image)}</option>)}</select></Field>
        <button type="submit" class="main-action">Push</button>
        <p class="choices">
          <button type="submit" name="image" value="good">a good one</button>
          <button type="submit" name="image" value="crashes">one that crashes</button>
        </p>
      </form>
    </Menu>
  );
};

const AlarmMenu = ({ store }: { readonly store: Store }) => {
  const names = (store.world?.alarms ?? []).map(({ name }) => name).filter((name) => !name.startsWith('TargetTracking-')).sort();
  const fire = (event: SubmitEvent): void => {
    const { alarm = '', how, value = '97', minutes = '25' } = valuesOf(event);
    if (how === 'hand') void happen(store, event, 'alarm', { name: alarm, state: 'ALARM', reason: 'set by hand in the console' });
    else void happen(store, event, 'metric', { alarm, value: Number(value), minutes: Number(minutes) });
  };
  return (
    <Menu id="menu-alarm" label="Alarm" hint="Fire an alarm">
      <form onSubmit={fire}>
        <Field label="Alarm"><select name="alarm">{names.map((name) => <option key={name}>{name}</option>)}</select></Field>
        <div class="two">
          <Field label="Metric reads"><input name="value" type="number" step="any" defaultValue="97" required /></Field>
          <Field label="for minutes"><input name="minutes" type="number" min="1" defaultValue="25" required /></Field>
        </div>
        <button type="submit" class="main-action" name="how" value="metric">Let its metric read that</button>
        <p class="choices"><button type="submit" name="how" value="hand">Set to ALARM by hand</button></p>
      </form>
    </Menu>
  );
};

const VisitMenu = ({ store, manifest }: { readonly store: Store; readonly manifest: Manifest }) => {
  const paths = [...new Set(manifest.services.flatMap(({ routes }) => routes.map(({ path }) => path.replace(/\*$/, ''))))].filter((path) => path.startsWith('/'));
  const visit = (event: SubmitEvent): void => {
    const { path = '/', times = '1' } = valuesOf(event);
    void happen(store, event, 'visit', { path, times: Number(times), headers: { accept: 'text/html', 'user-agent': 'Mozilla/5.0' } });
  };
  return (
    <Menu id="menu-visit" label="Visit" hint="Visit the site">
      <form onSubmit={visit}>
        <Field label="Path"><input name="path" list="paths" defaultValue={paths[0] ?? '/'} required /></Field>
        <datalist id="paths">{paths.map((path) => <option key={path} value={path} />)}</datalist>
        <Field label="Times"><input name="times" type="number" min="1" max="10000" defaultValue="1" required /></Field>
        <button type="submit" class="main-action">Visit</button>
      </form>
    </Menu>
  );
};

interface Breakage {
  readonly label: string;
  readonly body: (service: ManifestService | undefined) => object;
}

const breakages: readonly Breakage[] = [
  { label: 'Lose the next push event', body: () => ({ fault: 'drop-events', source: 'aws.ecr', next: 1 }) },
  { label: 'Deliver the next push event twice', body: () => ({ fault: 'duplicate-events', source: 'aws.ecr', next: 1 }) },
  { label: 'Deliver the next 5 ECS events twice', body: () => ({ fault: 'duplicate-events', source: 'aws.ecs', next: 5 }) },
  { label: 'Throttle the next 5 UpdateService calls', body: () => ({ fault: 'throttle', service: 'ecs', operation: 'UpdateService', next: 5 }) },
  { label: 'Lose the answer of the next UpdateService', body: () => ({ fault: 'fail', service: 'ecs', operation: 'UpdateService', next: 1, effect: true }) },
  { label: 'Fail the next 3 ledger writes', body: () => ({ fault: 'fail', service: 'dynamodb', operation: 'PutItem', next: 3 }) },
  { label: 'No Fargate capacity', body: () => ({ fault: 'no-capacity', provider: 'FARGATE', available: false }) },
  { label: 'Fargate capacity is back', body: () => ({ fault: 'no-capacity', provider: 'FARGATE', available: true }) },
  { label: 'Interrupt Spot tasks', body: (service) => ({ fault: 'spot-interruption', service: service?.name ?? '' }) },
  { label: 'Slack is out for 30 minutes', body: () => ({ fault: 'slack-outage', minutes: 30 }) },
];

const BreakMenu = ({ store, manifest }: { readonly store: Store; readonly manifest: Manifest }) => {
  const spot = manifest.services.find(({ size }) => size.spot);
  const inflict = async (event: Event, { body }: Breakage): Promise<void> => {
    const place = event.currentTarget as Element;
    if (await store.order('fault', body(spot))) closeMenu(place);
  };
  return (
    <Menu id="menu-break" label="Break" hint="Break something">
      <div class="list">
        {breakages.filter(({ label }) => spot !== undefined || !label.includes('Spot')).map((one) => (
          <button key={one.label} type="button" onClick={(event) => void inflict(event, one)}>{one.label}</button>
        ))}
      </div>
    </Menu>
  );
};

const StartMenu = ({ store }: { readonly store: Store }) => {
  const start = (story: string) => (event: Event): void => void happen(store, event, 'start', { story, by: 'console' });
  return (
    <Menu id="menu-start" label="Start" hint="Start a story by hand">
      <div class="list">
        <button type="button" onClick={start('sleep')}>Sleep now</button>
        <button type="button" onClick={start('wake')}>Wake now</button>
        <button type="button" onClick={start('redeploy')}>Look for new images now</button>
        <button type="button" onClick={(event) => void happen(store, event, 'deploy', {})}>Deploy the templates again</button>
      </div>
    </Menu>
  );
};

const KeysMenu = () => (
  <Menu id="menu-keys" label="?" hint="Keys" quiet>
    <dl class="keys">{keys.map(([key, words]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{words}</dd></div>)}</dl>
  </Menu>
);

export const Deeds = ({ store }: { readonly store: Store }) => {
  const manifest = store.world?.manifest ?? null;
  return (
    <div class="deeds" role="group" aria-label="Deeds">
      {manifest !== null && (
        <>
          <PushMenu store={store} manifest={manifest} />
          <AlarmMenu store={store} />
          <VisitMenu store={store} manifest={manifest} />
          <BreakMenu store={store} manifest={manifest} />
          <StartMenu store={store} />
        </>
      )}
      <KeysMenu />
    </div>
  );
};
