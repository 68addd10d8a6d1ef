// Where the page begins: one store, one tree, drawn again whenever the store says so.
import { render } from 'preact';
import { useEffect, useReducer } from 'preact/hooks';
import { App } from './app.tsx';
import { makeStore, type Store } from './store.ts';

const Root = ({ store }: { readonly store: Store }) => {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => store.subscribe(() => redraw(undefined)), [store]);
  return <App store={store} />;
};

const place = document.getElementById('console');
if (place === null) throw new Error('the page has no place for the console');
const store = makeStore();
render(<Root store={store} />, place);
await store.open();
